import type { Json, TSchema } from '../plugin/artifact.ts'
import { type FoundPin, locationFields } from '../plugin/fields.ts'
import { fromPointer, spoken } from '../plugin/pointer.ts'
import type { Address } from './address.ts'
import { type Context, fail, parameterPath, writtenAt } from './context.ts'
import type { ResolvedLocation } from './locations.ts'

/** The digest that a location must have: that which stands beside it, else that in its address. */
export const pinOf = (
  pins: readonly FoundPin[],
  pointer: string,
  address: Address | undefined,
): Pick<FoundPin, 'pointer' | 'sha256'> | undefined =>
  pins.find(({ of }) => of === pointer) ?? pinInAddress(pointer, address)

const pinInAddress = (pointer: string, address: Address | undefined) =>
  address?.kind === 'file' && address.sha256 !== undefined ? { pointer, sha256: address.sha256 } : undefined

/** Reports what is wrong with a digest beside a location; `resolved` is what that means, if it is right. */
export const checkPin = (
  context: Context,
  stage: string,
  pin: FoundPin,
  {
    schema,
    config,
    resolved,
  }: { readonly schema: TSchema; readonly config: Json; readonly resolved: ResolvedLocation | undefined },
): void => {
  const { range, related } = writtenAt(context, parameterPath(stage, fromPointer(pin.pointer)))
  const [digest, file] = [spoken(pin.pointer), spoken(pin.of)]
  // A digest of nothing would be believed to be checked.
  if (!locationFields(schema, config).some(({ pointer }) => pointer === pin.of)) {
    const message = `\`${digest}\` of stage \`${stage}\` is the digest of \`${file}\`, which is no location here.`
    fail(context, 'pin-of-nothing', message, range, { hint: `Write \`${file}\`, or remove \`${digest}\`.`, related })
  }
  // A file has one digest: of two, one would not be looked at.
  const inAddress = pinInAddress(pin.of, resolved?.source?.address)
  if (inAddress === undefined || inAddress.sha256 === pin.sha256) return
  const other = writtenAt(context, parameterPath(stage, fromPointer(pin.of)))
  const message = `\`${digest}\` of stage \`${stage}\` must be the digest in the address beside it, ${inAddress.sha256}; found ${pin.sha256}.`
  fail(context, 'two-digests', message, range, {
    hint: 'Write the right one, and remove the other.',
    related: [...related, { message: `\`${file}\` is written here.`, range: other.range }, ...other.related],
  })
}

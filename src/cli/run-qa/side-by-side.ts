import type { CommandLine } from './command-line.ts'
import { shownFlag } from './read-flags.ts'
import type { Row, Settings } from './rule.ts'

/**
 * What becomes of processes that train side by side: their batches are taken one after the other, to the same sum of gradients.
 * `settings` are those that the flags of the script come to.
 */
export const sideBySide = (
  { launcher, environment }: CommandLine,
  settings: Settings,
  trains: boolean,
): { readonly rows: readonly Row[]; readonly settings: Settings } => {
  const rows: Row[] = []
  let processes = 1
  for (const flag of launcher) {
    const count = Number(flag.value)
    // `num_processes` of `accelerate launch` is that of all machines; `torchrun` counts those of each.
    const counts = /^(nproc_per_node|nnodes|num_processes)$/.test(flag.name)
    if (counts && Number.isInteger(count)) processes *= count
    else if (counts)
      rows.push({ flag: shownFlag(flag), outcome: { unsupported: 'how many processes that makes, is not known here' } })
    else if (flag.name === 'mixed_precision' && flag.value !== 'no')
      rows.push({ flag: shownFlag(flag), outcome: { unsupported: 'weights and activations have 32 bits here' } })
  }
  const several = processes > 1 && trains
  const accumulation = Number(settings['train.gradient_accumulation_steps'] ?? 1) * processes
  const more = several ? { 'train.gradient_accumulation_steps': accumulation } : {}
  if (several) {
    const batch = Number(settings['train.train_batch_size'] ?? 8) * accumulation
    const note = `one after the other: the same effective batch of ${batch}`
    rows.push({ flag: `${processes} processes`, outcome: { settings: more, note } })
  }
  const devices = environment.CUDA_VISIBLE_DEVICES
  if (devices !== undefined)
    rows.push({
      flag: `CUDA_VISIBLE_DEVICES=${devices}`,
      outcome:
        devices.includes(',') && processes === 1
          ? { unsupported: 'there, several devices multiply the batch; one computes here' }
          : { nothing: 'CUDA heeds it here, too' },
    })
  return { rows, settings: more }
}

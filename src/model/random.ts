/** A source of random numbers. */
export interface Random {
  /** An integer of 32 random bits. */
  uint32(): number
  /** A number from 0 to below 1, in steps of 2⁻³². */
  uniform(): number
  /** From the normal distribution of mean 0 and standard deviation 1. */
  normal(): number
  /** An integer from 0 to below `bound` (at most 2³²), without bias. */
  below(bound: number): number
}

/**
 * sfc32, the small fast counting generator of Chris Doty-Humphrey's PractRand: 128 bits of state, of which three words are
 * the arguments here and the fourth counts. The same words give the same numbers on every machine.
 */
export function random(a: number, b = 0, c = 0): Random {
  let counter = 1
  const uint32 = () => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  // The first outputs would still show how alike two seeds are: as the author's own seeding, leave fifteen out.
  for (let round = 0; round < 15; round++) uint32()

  const uniform = () => uint32() / 2 ** 32
  const below = (bound: number) => {
    const limit = 2 ** 32 - (2 ** 32 % bound)
    let bits = uint32()
    while (bits >= limit) bits = uint32()
    return bits % bound
  }
  let spare: number | undefined
  /** Marsaglia's polar method: two at a time. */
  const normal = () => {
    if (spare !== undefined) {
      const value = spare
      spare = undefined
      return value
    }
    for (;;) {
      const x = 2 * uniform() - 1
      const y = 2 * uniform() - 1
      const square = x * x + y * y
      if (square >= 1 || square === 0) continue
      const scale = Math.sqrt((-2 * Math.log(square)) / square)
      spare = y * scale
      return x * scale
    }
  }
  return { uint32, uniform, normal, below }
}

/** A number for a name (FNV-1a, 32 bits), so that each named thing can have random numbers of its own. */
export function hashOf(name: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

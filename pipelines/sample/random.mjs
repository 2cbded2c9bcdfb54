/** A seeded source of chance (mulberry32): the same numbers everywhere. */
export function makeRandom(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const below = n => Math.floor(next() * n)
  const between = (low, high) => low + below(high - low + 1)
  const pick = items => items[below(items.length)]
  const chance = p => next() < p
  const shuffle = items => {
    const out = [...items]
    for (let i = out.length - 1; i > 0; i--) {
      const j = below(i + 1)
      ;[out[i], out[j]] = [out[j], out[i]]
    }
    return out
  }
  const weighted = choices => {
    let left = next()
    for (const [weight, choice] of choices) {
      left -= weight
      if (left < 0) return choice
    }
    return choices.at(-1)[1]
  }
  return { below, between, pick, chance, shuffle, weighted }
}

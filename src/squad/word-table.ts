/**
 * Numbers the distinct words of texts as they come. A hash table over UTF-16 units: looking a word up makes no string of
 * it, which is what a `Map` would spend its time on (tokenizing SQuAD's training data takes half as long).
 */
export interface WordTable {
  /** The number of the word `text.slice(start, end)`, whose hash is `hash`; a new one's is `-1 - number`. */
  numberOf(text: string, start: number, end: number, hash: number): number
}

/** The hash of a word is made unit by unit, from 0, while its end is looked for. */
export const hashUnit = (hash: number, unit: number): number => Math.imul(hash ^ unit, 0x01000193)

export function wordTable(): WordTable {
  // Slots hold the number of a word plus one; 0 is free. There are always at least twice as many slots as words.
  let slots = new Int32Array(1 << 16)
  let hashes = new Int32Array(slots.length / 2)
  let ends = new Int32Array(slots.length / 2)
  let units = new Uint16Array(1 << 18)
  let count = 0

  const same = (number: number, text: string, start: number, end: number): boolean => {
    const from = number === 0 ? 0 : ends[number - 1]!
    if (ends[number]! - from !== end - start) return false
    for (let i = start; i < end; i++) if (units[from + i - start] !== text.charCodeAt(i)) return false
    return true
  }

  const add = (text: string, start: number, end: number, hash: number, slot: number): void => {
    const from = count === 0 ? 0 : ends[count - 1]!
    const to = from + end - start
    if (to > units.length) units = grown(units, Math.max(to, 2 * units.length))
    for (let i = start; i < end; i++) units[from + i - start] = text.charCodeAt(i)
    ends[count] = to
    hashes[count] = hash
    slots[slot] = ++count
    if (count === hashes.length) grow()
  }

  const grow = (): void => {
    slots = new Int32Array(2 * slots.length)
    hashes = grown(hashes, slots.length / 2)
    ends = grown(ends, slots.length / 2)
    const mask = slots.length - 1
    for (let number = 0; number < count; number++) {
      let slot = mixed(hashes[number]!) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = number + 1
    }
  }

  return {
    numberOf(text, start, end, hash) {
      const mask = slots.length - 1
      let slot = mixed(hash) & mask
      for (let found = slots[slot]!; found !== 0; found = slots[slot]!) {
        if (hashes[found - 1] === hash && same(found - 1, text, start, end)) return found - 1
        slot = (slot + 1) & mask
      }
      add(text, start, end, hash, slot)
      return -count
    },
  }
}

/** Brings the high bits of a hash down to where the slot is taken from. */
const mixed = (hash: number): number => hash ^ (hash >>> 15)

function grown<T extends Int32Array | Uint16Array>(array: T, length: number): T {
  const larger = new (array.constructor as new (length: number) => T)(length)
  larger.set(array)
  return larger
}

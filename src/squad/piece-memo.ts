import { type IntList, push } from './int-list.ts'
import { isSpace } from './words.ts'

/**
 * Prepares cutting texts into pieces word by word, where `cut` is asked once for each distinct word. The function
 * returned appends a text's pieces to `pieces`, and to `words`, where it is given, the word that each piece is of.
 * With `most` words (about 60 bytes each; SQuAD has 100,000) it begins anew, however many a larger data set has.
 *
 * The memo is a hash table over UTF-16 units and not a `Map`: no string is made of a word to look it up, and all that is
 * known of a word lies together, because with 100,000 words it is the memory's latency that counts. On SQuAD's training
 * data this takes a third of a `Map`'s time.
 */
export function pieceMemo(
  cut: (word: string) => readonly number[],
  most = 1_000_000,
): (text: string, pieces: IntList, words?: IntList) => void {
  // A slot holds where a word's record begins in `records`; 0 is free. At least half of the slots are free.
  let slots = new Int32Array(1 << 16)
  let count = 0
  // A record: hash, length in units, number of pieces, pieces, units (two an integer). `units` is the same memory.
  let records = new Int32Array(1 << 18)
  let units = new Uint16Array(records.buffer)
  let end = 1

  const isWord = (record: number, text: string, start: number, length: number): boolean => {
    if (records[record + 1] !== length) return false
    const at = 2 * (record + head + records[record + 2]!)
    for (let i = 0; i < length; i++) if (units[at + i] !== text.charCodeAt(start + i)) return false
    return true
  }

  const recordOf = (text: string, start: number, length: number, hash: number): number => {
    const mask = slots.length - 1
    let slot = firstSlot(hash, mask)
    for (let record = slots[slot]!; record !== 0; record = slots[slot]!) {
      if (records[record] === hash && isWord(record, text, start, length)) return record
      slot = (slot + 1) & mask
    }
    if (count === most) {
      slots.fill(0)
      slot = firstSlot(hash, mask)
      count = 0
      end = 1
    }
    slots[slot] = end
    return add(text.slice(start, start + length), hash)
  }

  const add = (word: string, hash: number): number => {
    const found = cut(word)
    const record = end
    end += head + found.length + ((word.length + 1) >> 1)
    if (end > records.length) {
      const larger = new Int32Array(2 * end)
      larger.set(records)
      records = larger
      units = new Uint16Array(records.buffer)
    }
    records[record] = hash
    records[record + 1] = word.length
    records[record + 2] = found.length
    records.set(found, record + head)
    const at = 2 * (record + head + found.length)
    for (let i = 0; i < word.length; i++) units[at + i] = word.charCodeAt(i)
    if (++count > slots.length / 2) moreSlots()
    return record
  }

  const moreSlots = (): void => {
    const old = slots
    slots = new Int32Array(2 * old.length)
    const mask = slots.length - 1
    for (const record of old) {
      if (record === 0) continue
      let slot = firstSlot(records[record]!, mask)
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = record
    }
  }

  return (text, pieces, words) => {
    let word = 0
    let start = -1
    let hash = 0
    for (let i = 0; i <= text.length; i++) {
      const unit = i < text.length ? text.charCodeAt(i) : space
      if (!isSpace(unit)) {
        if (start < 0) start = i
        hash = Math.imul(hash ^ unit, fnvPrime)
      } else if (start >= 0) {
        const record = recordOf(text, start, i - start, hash)
        const last = record + head + records[record + 2]!
        for (let at = record + head; at < last; at++) {
          push(pieces, records[at]!)
          if (words) push(words, word)
        }
        word++
        start = -1
        hash = 0
      }
    }
  }
}

/** Integers of a record before its pieces. */
const head = 3
const space = 0x20
/** Of the 32-bit FNV-1a hash. */
const fnvPrime = 0x01000193

/** The low bits of a product depend on few bits of its factors, so the high ones are mixed in. */
const firstSlot = (hash: number, mask: number): number => (hash ^ (hash >>> 15)) & mask

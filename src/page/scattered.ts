/** A number of 32 bits in no order (Knuth's multiplicative hash): to take some of every part of a list. */
export const scattered = (index: number): number => Math.imul(index + 1, 2654435761) >>> 0

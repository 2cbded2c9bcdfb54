// The package describes its main file only.
declare module 'crc-32/crc32c.js' {
  /** CRC-32C of these bytes, as a signed 32-bit integer. */
  export function buf(bytes: Uint8Array): number
}

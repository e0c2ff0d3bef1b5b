/** The digest of an inbox, as `position` carries it: see `protocol/spec/protocol.md`. */

const utf8 = new TextEncoder();

/** CRC-32 as in zlib and PNG (RFC 1952), of a text in UTF-8. @param {string} text */
export function crc32(text) {
  let rest = -1;
  for (const byte of utf8.encode(text)) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 && 0xedb88320);
  }
  return ~rest >>> 0;
}

/**
 * The sum of the CRC-32 of `ID:VERSION` over all entries, so that the order does not matter.
 * @param {Iterable<{ id: string, version: number }>} entries
 */
export function digest(entries) {
  let sum = 0;
  for (const { id, version } of entries) sum = (sum + crc32(`${id}:${version}`)) >>> 0;
  return sum.toString(16).padStart(8, "0");
}

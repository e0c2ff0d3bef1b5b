/** The digest of an inbox, as `position` carries it: see `protocol/spec/protocol.md`. */

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? 0xedb88320 ^ (byte >>> 1) : byte >>> 1;
  return byte;
});

const utf8 = new TextEncoder();

/** CRC-32 as in zlib and PNG (RFC 1952), of a text in UTF-8. @param {string} text */
export function crc32(text) {
  let rest = 0xffffffff;
  for (const byte of utf8.encode(text)) rest = /** @type {number} */ (TABLE[(rest ^ byte) & 255]) ^ (rest >>> 8);
  return (rest ^ 0xffffffff) >>> 0;
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

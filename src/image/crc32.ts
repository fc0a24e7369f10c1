/** CRC-32 (RFC 1952, 8) as an unsigned number, as PNG has it: of `123456789` it is 0xcbf43926. */
export const crc32 = checksum(0xedb88320);

/** CRC-32C (RFC 3720, appendix B.4) as an unsigned number: of `123456789` it is 0xe3069283. */
export const crc32c = checksum(0x82f63b78);

/** @param polynomial with its bits reversed */
function checksum(polynomial: number): (bytes: Uint8Array) => number {
  /** The remainders of every byte. */
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ polynomial : rest >>> 1;
    return rest;
  });
  return (bytes) => {
    let sum = 0xffffffff;
    for (let i = 0; i < bytes.length; i++) sum = table[(sum ^ bytes[i]!) & 255]! ^ (sum >>> 8);
    return ~sum >>> 0;
  };
}

import '../../threads/find-transfer.ts';
import { answerRequests } from '../../threads/answer-requests.ts';
import { freeArrays } from '../../threads/free-at-once.ts';
import { type LzwPieces, unpackLzw } from '../tiff/lzw.ts';

function unpack(packed: LzwPieces): Uint8Array | undefined {
  const unpacked = unpackLzw(packed);
  freeArrays(packed.pieces);
  return unpacked;
}

answerRequests<LzwPieces, Uint8Array | undefined>(unpack, {
  givenAway: (unpacked) => (unpacked ? [unpacked.buffer as ArrayBuffer] : []),
});

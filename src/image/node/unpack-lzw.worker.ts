import { answerRequests } from '../../threads/answer-requests.ts';
import { type LzwPieces, unpackLzw } from '../tiff/lzw.ts';

answerRequests<LzwPieces, Uint8Array | undefined>(unpackLzw, {
  givenAway: (unpacked) => (unpacked ? [unpacked.buffer as ArrayBuffer] : []),
});

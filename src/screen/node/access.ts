import { hashContent } from '../../files/hash.ts';
import { nodeFiles } from '../../files/node-files.ts';
import { usableMemory } from '../../files/usable-memory.ts';
import { nodeDecode } from '../../image/node/decode.ts';
import type { ScreenAccess } from '../access.ts';
import { matchAll } from './match-all.ts';

/** What reading a screen needs, on this computer. */
export const nodeAccess: ScreenAccess = {
  files: nodeFiles,
  decode: nodeDecode,
  memory: usableMemory(),
  hash: hashContent,
  matchAll,
};

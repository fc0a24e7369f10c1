import '../../threads/find-transfer.ts';
import { nodeFiles } from '../../files/node-files.ts';
import { usableMemory } from '../../files/usable-memory.ts';
import type { ImageAccess } from '../access.ts';
import { nodeDecode } from './decode.ts';

/** What reading images needs, on this computer. */
export const nodeImageAccess: ImageAccess = { files: nodeFiles, decode: nodeDecode, memory: usableMemory() };

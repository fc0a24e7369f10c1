import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { explainFailures } from '../../../files/explain-failures.ts';
import type { Files } from '../../../files/files.ts';
import { makeFolder } from '../../../files/make-folder.ts';
import { nodeFiles } from '../../../files/node-files.ts';
import type { Gzip } from '../compression.ts';

/**
 * The files of this computer for a folder of many small ones that is renamed into place whole: each is written where it is
 * to be, and nothing is flushed, which would take far longer than writing.
 */
export const chunkFiles: Files = explainFailures({
  ...nodeFiles,
  async write(path, content) {
    await makeFolder(dirname(path));
    await writeFile(path, content);
  },
});

const compress = promisify(gzip) as (chunk: Uint8Array, options: { level: number }) => Promise<Uint8Array>;

/** gzip of Node.js. */
export const nodeGzip: Gzip = (chunk, level) => compress(chunk, { level });

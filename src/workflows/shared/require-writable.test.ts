import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import type { Files } from '../../files/files.ts';
import { nodeFiles } from '../../files/node-files.ts';
import { writePng } from '../../image/node/write.ts';
import { compare } from '../compare/compare.ts';
import { convert } from '../convert/convert.ts';
import { detect } from '../detect/detect.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import { exportModel } from '../export/export.ts';
import { fetchScreen } from '../fetch/fetch.ts';
import type { Host } from '../host.ts';
import { inspect } from '../inspect/inspect.ts';
import { createNodeHost } from '../node/node-host.ts';
import { predict } from '../predict/predict.ts';
import { profile } from '../profile/profile.ts';
import { segment } from '../segment/segment.ts';
import { simulate } from '../simulate/simulate.ts';
import { train } from '../train/train.ts';
import { requireWritable } from './require-writable.ts';

const folder = temporaryFolder();
const screen = join(folder, 'fields.csv');
const image = join(folder, 'a.png');
await writePng(image, { data: Uint8Array.from([1, 2, 3, 4]), channels: 1, height: 2, width: 2 });
writeFileSync(screen, 'FileName_DNA,Metadata_MOA\na.png,x\n');

const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code, syscall: 'open' }));

/** The files of this computer, where nothing can be written and where it is seen what was read. */
function readOnly(code: string): { files: Files; seen: string[] } {
  const seen: string[] = [];
  const refuse = failing(code);
  const files: Files = {
    ...nodeFiles,
    ...{ open: refuse, write: refuse, rename: refuse },
    read: (path, range) => {
      seen.push(path);
      return nodeFiles.read(path, range);
    },
  };
  return { files, seen };
}

const model = join(folder, 'model.onnx');
const out = (name: string) => join(folder, 'new', name);
const workflows: Readonly<Record<string, (host: Host) => PromiseLike<unknown>>> = {
  compare: (host) => compare({ screen, label: 'MOA', out: out('c') }, host),
  convert: (host) => convert({ screen, out: out('p.zarr') }, host),
  detect: (host) => detect({ screen, channel: 'DNA', out: out('cells.csv') }, host),
  'detect with masks': (host) => detect({ screen, channel: 'DNA', out: out('cells.csv'), masks: out('masks') }, host),
  evaluate: (host) => evaluate({ predictions: join(folder, 'p.csv'), label: 'MOA', out: out('m.json') }, host),
  export: (host) => exportModel({ model, out: out('m.zip') }, host),
  fetch: (host) => fetchScreen({ set: 'bbbc021', out: out('bbbc021'), baseUrl: 'http://127.0.0.1:1/' }, host),
  inspect: (host) => inspect({ screen, out: out('inspection.html') }, host),
  predict: (host) => predict({ model, screen, out: out('p.csv') }, host),
  profile: (host) => profile({ screen, nucleiChannel: 'DNA', out: out('profiles.parquet') }, host),
  segment: (host) => segment({ model, screen, out: out('s') }, host),
  simulate: (host) => simulate({ out: out('simulated') }, host),
  train: (host) => train({ screen, label: 'MOA', out: out('run') }, host),
};

it.each(Object.entries(workflows))('%s finds out before it reads an image that it may not write', async (_, work) => {
  const { files, seen } = readOnly('EROFS');
  await expect(work({ ...createNodeHost({ threads: 1 }), files })).rejects.toMatchObject({
    tag: 'CannotWrite',
    details: { file: join(folder, 'new'), problem: 'this place can only be read' },
  });
  expect(seen).not.toContain(image);
});

it('leaves no trace, and makes no folder', async () => {
  await requireWritable(join(folder, 'not', 'yet', 'p.csv'), { files: nodeFiles });
  await requireWritable(join(folder, 'p.csv'), { files: nodeFiles });
  await requireWritable(folder, { files: nodeFiles }, { folder: true });
  expect(readdirSync(folder).sort()).toEqual(['a.png', 'fields.csv']);
});

it('finds a disk full that has room for an empty file only', async () => {
  const full: Files = {
    ...nodeFiles,
    open: async (path) => ({ ...(await nodeFiles.open(path)), write: failing('ENOSPC') }),
  };
  await expect(requireWritable(join(folder, 'p.csv'), { files: full })).rejects.toMatchObject({
    tag: 'CannotWrite',
    details: { file: join(folder, 'p.csv'), problem: 'the disk is full' },
  });
  expect(readdirSync(folder).sort()).toEqual(['a.png', 'fields.csv']);
});

it('names the level that is a file, or whose name is too long', async () => {
  const below = join(image, 'deep', 'p.csv');
  await expect(requireWritable(below, { files: nodeFiles })).rejects.toMatchObject({ details: { file: image } });
  const long = join(folder, 'x'.repeat(300));
  for (const path of [long, join(long, 'deep', 'p.csv')]) {
    await expect(requireWritable(path, { files: nodeFiles })).rejects.toMatchObject({
      tag: 'CannotWrite',
      details: { file: long, problem: 'the name is too long' },
    });
  }
});

it('says that a folder takes no files, as /proc does', async () => {
  const files: Files = { ...nodeFiles, open: failing('ENOENT') };
  for (const path of [join(folder, 'a', 'p.csv'), join(folder, 'p.csv')]) {
    await expect(requireWritable(path, { files })).rejects.toMatchObject({
      tag: 'CannotWrite',
      details: { problem: `no file can be made in ${folder}`, remedy: 'write to another place' },
    });
  }
});

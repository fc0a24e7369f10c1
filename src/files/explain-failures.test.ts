import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { explainFailures, explainReading } from './explain-failures.ts';
import { nodeFiles } from './node-files.ts';

const folder = temporaryFolder();

describe('files that explain failures', () => {
  it.each([
    ['ENOSPC', /the disk is full/],
    ['EDQUOT', /share of the disk is full/],
    ['EROFS', /can only be read/],
    ['EACCES', /may not write here/],
    ['EMFILE', /too many files are open/],
    ['EIO', /the disk reports an error/],
    ['EWHATEVER', /cannot be written/],
  ])('say what %s means, and keep the path', async (code, message) => {
    const fail = () => Promise.reject(Object.assign(new Error(code), { code }));
    const open = async () => ({ write: fail, patch: fail, keep: fail, discard: fail });
    const files = explainFailures({ ...nodeFiles, write: fail, rename: fail, remove: fail, open });
    const file = await files.open('p.csv');
    for (const failed of [
      files.write('p.csv', ''),
      files.rename('a', 'p.csv'),
      files.remove('p.csv'),
      file.write(''),
      file.patch(0, new Uint8Array(1)),
      file.keep(),
    ]) {
      await expect(failed).rejects.toMatchObject({ tag: 'CannotWrite', details: { file: 'p.csv', found: code } });
      await expect(failed).rejects.toThrow(message);
    }
  });

  it('leave bugs alone', async () => {
    const bug = new TypeError('x is undefined');
    const files = explainFailures({ ...nodeFiles, write: () => Promise.reject(bug) });
    await expect(files.write('p.csv', '')).rejects.toBe(bug);
  });

  it('refuse a name that no disk takes, and write one that is as long as a disk allows', async () => {
    const long = join(folder, `${'x'.repeat(300)}.csv`);
    await expect(nodeFiles.write(long, '')).rejects.toThrow(/the name is too long \(found ENAMETOOLONG\)/);
    await expect(nodeFiles.open(long)).rejects.toMatchObject({ tag: 'CannotWrite', details: { file: long } });
    const longest = ['µ'.repeat(125), 'y'.repeat(251)].map((name) => `${name}.csv`);
    await nodeFiles.write(join(folder, longest[0]!), 'a');
    const file = await nodeFiles.open(join(folder, longest[1]!));
    await file.keep();
    expect(readdirSync(folder).sort()).toEqual([...longest].sort());
  });

  it('refuse to write a file over a folder', async () => {
    mkdirSync(join(folder, 'plate.csv'));
    await expect(nodeFiles.write(join(folder, 'plate.csv'), '')).rejects.toMatchObject({ tag: 'CannotWrite' });
    expect(existsSync(join(folder, 'plate.csv'))).toBe(true);
  });
});

describe('what was not explained', () => {
  it('is explained where a file cannot be read', async () => {
    const path = join(folder, 'gone.csv');
    const vanished = await nodeFiles.read(path).catch((error: unknown) => error);
    expect(explainReading(vanished)).toMatchObject({ tag: 'MissingFile', details: { file: path } });
    const isFolder = await nodeFiles.read(folder).catch((error: unknown) => error);
    expect(explainReading(isFolder)).toMatchObject({ tag: 'CannotRead', details: { problem: /folder/ } });
    writeFileSync(path, '');
    const inFile = await nodeFiles.list(path).catch((error: unknown) => error);
    expect(explainReading(inFile)).toMatchObject({ tag: 'CannotRead', details: { file: path, found: 'ENOTDIR' } });
    const tooMany = Object.assign(new Error('EMFILE'), { code: 'EMFILE', syscall: 'open', path });
    expect((explainReading(tooMany) as Error).message).toMatch(/too many files are open at once.*ulimit -n/);
  });

  it('stays as it is where it is a bug, or comes from the network', () => {
    const bug = new TypeError('x is undefined');
    expect(explainReading(bug)).toBe(bug);
    const network = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', syscall: 'connect' });
    expect(explainReading(network)).toBe(network);
  });
});

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import type { WorkEvent } from '../events.ts';
import { createNodeHost } from '../node/node-host.ts';
import { train } from '../train/train.ts';
import { withLocks } from './with-locks.ts';

const folder = temporaryFolder();
const events: WorkEvent[] = [];
const host = { ...createNodeHost(), emit: (event: WorkEvent) => events.push(event) };

describe('work under locks', () => {
  it('has them beside files and in folders as long as it goes on, also when it fails', async () => {
    const places = { files: [join(folder, 'p.csv'), undefined], folders: [join(folder, 'run')] };
    const paths = [join(folder, 'p.csv.lock'), join(folder, 'run', '.lock')];
    const failing = withLocks(places, host, async () => {
      expect(paths.every((path) => existsSync(path))).toBe(true);
      throw new Error('full');
    });
    await expect(failing).rejects.toThrow('full');
    expect(existsSync(paths[0]!)).toBe(false);
    expect(existsSync(join(folder, 'run'))).toBe(false);
  });

  it('says who is in the way, and gives back what it had already', async () => {
    const [one, other] = [join(folder, 'one.csv'), join(folder, 'other.csv')];
    await withLocks({ files: [other] }, host, async () => {
      const refused = withLocks({ files: [one, other] }, host, async () => undefined);
      await expect(refused).rejects.toMatchObject({
        tag: 'InUse',
        details: { file: other, found: expect.stringContaining(`process ${process.pid} on `) },
        message: expect.stringContaining(`remove the file ${other}.lock`),
      });
      expect(existsSync(`${one}.lock`)).toBe(false);
    });
  });

  it('takes over what a dead process left, with a word', async () => {
    const path = join(folder, 'left.csv');
    await withLocks({ files: [path] }, host, async () => {
      const record = JSON.parse(readFileSync(`${path}.lock`, 'utf8'));
      // A number that no process has.
      writeFileSync(`${path}.lock`, JSON.stringify({ ...record, id: 'left', pid: 2 ** 30 }));
    });
    await withLocks({ files: [path] }, host, async () => undefined);
    expect(events).toEqual([
      { event: 'noted', message: expect.stringMatching(/left\.csv: the lock of a command .* was taken over/) },
    ]);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it('says where no file can be made', async () => {
    writeFileSync(join(folder, 'file'), '');
    const refused = withLocks({ files: [join(folder, 'file', 'p.csv')] }, host, async () => undefined);
    await expect(refused).rejects.toMatchObject({
      tag: 'CannotWrite',
      details: { file: join(folder, 'file') },
    });
  });

  it('is what a training is: two never share a folder', async () => {
    const out = join(folder, 'trained');
    mkdirSync(out);
    await withLocks({ folders: [out] }, host, async () => {
      for (const more of [{}, { overwrite: true }, { resume: true }]) {
        const refused = train({ screen: 'fields.csv', label: 'MOA', out, ...more }, host);
        await expect(refused).rejects.toMatchObject({ tag: 'InUse', details: { file: out } });
      }
    });
  });
});

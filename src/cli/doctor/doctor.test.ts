import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { listProviders, tryProvider } from '../../onnx/node/providers.ts';
import { main } from '../main.ts';
import { createDoctorCommand, describeExamination } from './doctor.ts';
import { type Examination, examineMachine } from './examine-machine.ts';

const folder = temporaryFolder();

async function doctor(...argv: string[]) {
  const out: string[] = [];
  const code = await main(['doctor', ...argv], {
    console: { out: (text) => out.push(text), err: () => {}, terminal: undefined },
    commands: [createDoctorCommand],
    version: '0.0.0',
  });
  return { code, out: out.join('') };
}

describe('milscope doctor', () => {
  it('finds that the processor computes and that images are decoded exactly', async () => {
    const { code, out } = await doctor('--json');
    expect(code).toBe(0);
    const found = JSON.parse(out) as Examination;
    expect(found).toMatchObject({
      ok: true,
      versions: { node: process.versions.node, onnxruntime: expect.stringMatching(/^1\./) },
      image16Bit: { exact: true },
      temporaryFolder: { writable: true },
    });
    expect(found.providers[0]).toEqual({ name: 'cpu', works: true, used: true });
    expect(found.providers.map(({ name }) => name)).toEqual(listProviders());
    for (const { works, reason } of found.providers) expect(works).toBe(reason === undefined);
    expect(found.memory.free).toBeGreaterThan(0);
    expect(found.memory.total).toBeGreaterThanOrEqual(found.memory.free);
  });

  it('says so in words', async () => {
    const { code, out } = await doctor();
    expect(code).toBe(0);
    expect(out).toMatch(/^ {2}cpu +computes correctly; used by milscope$/m);
    expect(out).toMatch(/milscope can work on this machine\.\n$/);
  });

  it('tells what to do about what is missing', async () => {
    const nowhere = join(folder, 'nowhere');
    const found = await examineMachine({ milscope: '0.0.0', temporaryFolder: nowhere });
    expect(found.ok).toBe(true);
    const text = describeExamination(found);
    expect(text).toContain(`Warning: The folder for temporary files, ${nowhere}, cannot be written to: ENOENT`);
    expect(text).toContain('What to do: Make room on the disk, or set the environment variable TMPDIR');
  });

  it('does not go down with a provider', async () => {
    const unknown = await tryProvider('abacus');
    expect(unknown).toMatchObject({ name: 'abacus', works: false, reason: expect.stringMatching(/abacus/) });
    const slow = await tryProvider('cpu', { timeout: 1 });
    expect(slow).toEqual({ name: 'cpu', works: false, reason: 'it did not answer within 0.001 s' });
  });
});

import { rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { simulateTinyScreen } from '../../../test/tiny-screen.ts';
import { readScreen } from '../../screen/read-screen.ts';
import type { WorkEvent } from '../events.ts';
import type { RunningHost } from '../host.ts';
import { createNodeHost } from '../node/node-host.ts';
import { type ExaminedScreen, examineScreen, readLabelled } from '../train/examine-screen.ts';
import { measureProfiles } from './measure-profiles.ts';

const folder = temporaryFolder();
const said: string[] = [];
let host: RunningHost;
let images: string;
let examined: ExaminedScreen;

beforeAll(async () => {
  const emit = (event: WorkEvent) => {
    if (event.event === 'noted') said.push(event.message);
    if (event.event === 'lost') said.push(event.field.message);
  };
  host = { ...createNodeHost({ threads: 2 }), emit };
  const screen = await simulateTinyScreen(join(folder, 'screen'), { plates: 1, wells: 10, sites: 1, size: 128 });
  images = join(dirname(screen), 'images');
  const whole = await readScreen(screen, {}, host);
  const how = { label: 'Phenotype', head: 'softmax', normalization: 'screen' } as const;
  examined = await examineScreen(await readLabelled(whole, how, host), how, host);
});

/** Measures into a file, and says what was said. */
async function measure(name: string, more: { distance?: number; examined?: ExaminedScreen } = {}) {
  said.length = 0;
  const file = join(folder, name, 'profiles.safetensors');
  const options = { channel: 0, distance: more.distance ?? 10, diameter: undefined };
  const about = { file, table: 'hash of the table', milscope: '0.0.0' };
  const profiles = await measureProfiles(more.examined ?? examined, { ...options, ...about }, host);
  const kept = await stat(file).catch(() => undefined);
  return { profiles, kept, said: said.join('') };
}

describe('measureProfiles', () => {
  it('leaves out a field that can be read no more, and keeps nothing then', async () => {
    const whole = await measure('kept');
    expect(whole.profiles).toHaveLength(10);
    expect(whole.profiles.some((profile) => profile!.cells.objectNumbers.length > 0)).toBe(true);
    expect(whole.kept?.size).toBeGreaterThan(0);

    const lost = examined.readable[3]!.field.sources[1]!.file;
    await rm(lost);
    const rest = await measure('not kept');
    expect(rest.profiles.map((profile, i) => (i === 3 ? whole.profiles[i] : profile))).toEqual(whole.profiles);
    expect(rest).toMatchObject({ kept: undefined, said: expect.stringContaining(`left out from now on: ${lost}`) });
    expect(rest.profiles[3]).toBeUndefined();
  });

  it('takes what was measured before without opening an image, where everything is as it was', async () => {
    const before = await measure('kept');
    await rm(images, { recursive: true });
    const again = await measure('kept');
    expect(again.profiles).toEqual(before.profiles);
    expect(again.said).toMatch(/^measuring cells: \d+ cells in 10 fields, measured before$/);
    const hashes = new Map([...examined.hashes].map(([file, hash], i) => [file, i === 0 ? 'other' : hash]));
    for (const more of [{ distance: 9 }, { examined: { ...examined, hashes } }]) {
      await expect(measure('kept', more)).rejects.toThrow('10 of 10 fields cannot be read');
    }
    expect((await measure('kept')).profiles).toEqual(before.profiles);
  });
});

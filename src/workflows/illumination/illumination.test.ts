import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { nodeFiles } from '../../files/node-files.ts';
import { nodePictures } from '../../image/node/pictures.ts';
import { writeTiff } from '../../image/node/write.ts';
import { readNpy } from '../../image/npy/read-npy.ts';
import { createRandom } from '../../random.ts';
import { nodeAccess } from '../../screen/node/access.ts';
import { readField } from '../../screen/read-field.ts';
import { readScreen } from '../../screen/read-screen.ts';
import { drawShade, renderShade } from '../../screen/simulation/illumination.ts';
import { writeSimulatedScreen } from '../../screen/simulation/write-screen.ts';
import { createNodeHost } from '../node/node-host.ts';
import { evenly } from './estimate-plate.ts';
import { illumination } from './illumination.ts';

const folder = temporaryFolder();
const size = 168;
const seed = 3;
let fields: string;

beforeAll(async () => {
  const options = { classes: 2, plates: 1, wells: 30, sites: 2, size, seed, illumination: 0.6, overwrite: false };
  const written = await writeSimulatedScreen(join(folder, 'screen'), options, {
    files: nodeFiles,
    pictures: nodePictures,
  });
  fields = written.fields;
});

function correlation(a: Float32Array, b: Float32Array): number {
  const mean = (of: Float32Array) => of.reduce((sum, value) => sum + value, 0) / of.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += (a[i]! - ma) * (b[i]! - mb);
    aa += (a[i]! - ma) ** 2;
    bb += (b[i]! - mb) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

/** How uneven each channel of the mean of all fields of a plate is: its coefficient of variation, in boxes of 12 pixels. */
async function unevenness(table: string, options: { illumination?: string }): Promise<number[]> {
  const screen = await readScreen(table, options, nodeAccess);
  const boxes = (size / 12) ** 2;
  const sums = screen.channels.map(() => new Float64Array(boxes));
  for (const field of screen.fields.filter(({ metadata }) => metadata.Metadata_Plate === 'Plate1')) {
    const { data } = await readField(screen, field, nodeAccess);
    for (let i = 0; i < data.length; i++) {
      const [y, x] = [Math.floor((i % size ** 2) / size), i % size];
      sums[Math.floor(i / size ** 2)]![Math.floor(y / 12) * (size / 12) + Math.floor(x / 12)]! += data[i]!;
    }
  }
  return sums.map((means) => {
    const mean = means.reduce((sum, value) => sum + value, 0) / boxes;
    return Math.sqrt(means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / boxes) / mean;
  });
}

/** What comes of a request, and what is warned of on the way. */
async function follow(request: Parameters<typeof illumination>[0]) {
  const warned: string[] = [];
  for await (const event of illumination(request, createNodeHost({ threads: 2 }))) {
    if (event.event === 'warned') warned.push(event.message);
    if (event.event === 'finished') return { found: event.result, warned };
  }
  throw new Error('no result');
}

describe('illumination', () => {
  it('finds how light falls off on each plate, and makes the fields even', async () => {
    const out = join(folder, 'functions');
    const { found, warned } = await follow({ screen: fields, out });
    expect(illumination.result.parse(found)).toEqual(found);
    expect(found).toMatchObject({ skipped: 0, plates: [{ name: 'Plate1', fields: 60 }] });
    expect(warned).toEqual([]);
    expect(readFileSync(found.table, 'utf8').split('\n')[1]).toBe(
      'Plate1,Plate1_IllumDNA.npy,Plate1_IllumActin.npy,Plate1_IllumTubulin.npy',
    );
    for (const [n, channel] of found.channels.entries()) {
      const { data } = await readNpy(join(out, `Plate1_Illum${channel}.npy`), {}, nodeFiles);
      expect(data.reduce((least, value) => Math.min(least, value))).toBe(1);
      const truth = renderShade(drawShade(createRandom(seed, 'illumination', 1, n)), size);
      expect(correlation(data, truth), channel).toBeGreaterThan(0.9);
    }
    expect(readFileSync(found.picture).subarray(1, 4).toString()).toBe('PNG');
    const [raw, corrected] = [await unevenness(fields, {}), await unevenness(fields, { illumination: found.table })];
    for (const [c, value] of corrected.entries()) expect(value).toBeLessThan(0.8 * raw[c]!);
    await expect(follow({ screen: fields, out })).rejects.toMatchObject({ tag: 'OutputExists' });
  });

  it('leaves out what does not fit, warns of few fields, and names functions as the screen has its channels', async () => {
    const own = join(folder, 'odd');
    mkdirSync(own);
    const save = (name: string, side: number, value: number) =>
      writeTiff(join(own, name), {
        data: new Uint16Array(side ** 2).fill(value),
        channels: 1,
        height: side,
        width: side,
      });
    for (const name of ['a', 'b']) await save(`${name}.tif`, 8, 500);
    await save('dark.tif', 8, 0);
    await save('small.tif', 4, 500);
    const rows = ['a.tif,dark.tif', 'b.tif,dark.tif', 'small.tif,small.tif', 'missing.tif,dark.tif'];
    const table = join(own, 'in.csv');
    writeFileSync(table, `FileName_w1,FileName_w2\n${rows.join('\n')}\n`);
    const out = join(folder, 'odd functions');
    const { found, warned } = await follow({ screen: table, out, channels: ['OrigDNA=w1', 'Actin=w2'] });
    expect(found).toMatchObject({ plates: [{ name: '', fields: 2, falloff: [1, 1] }], skipped: 2 });
    const skipped = readFileSync(found.skippedFile!, 'utf8');
    expect(skipped).toMatch(
      /3,.*small\.tif,ChannelMismatch,.*4 × 4 pixels; expected 8 × 8, as most fields of the screen/,
    );
    expect(skipped).toMatch(/4,.*missing\.tif,MissingFile/);
    expect(warned).toEqual([
      expect.stringMatching(/^The functions of the screen are from 2 fields: cells may show/),
      'Actin has no light in any field: no correction is made',
    ]);
    expect(readFileSync(found.table, 'utf8')).toMatch(
      /^Metadata_Plate,FileName_Illumw1,FileName_Illumw2\n,screen_Illumw1/,
    );
    const options = { illumination: found.table, channels: ['DNA=w1'] };
    const screen = await readScreen(table, options, nodeAccess);
    const { data } = await readField(screen, screen.fields[0]!, nodeAccess);
    expect(data).toEqual(new Float32Array(64).fill(500));
  });
});

it('takes fields evenly over a plate where there are many', () => {
  const numbers = Array.from({ length: 10 }, (_, i) => i);
  expect(evenly(numbers, 4)).toEqual([0, 2, 5, 7]);
  expect(evenly(numbers, 10)).toBe(numbers);
});

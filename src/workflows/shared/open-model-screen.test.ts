import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { writeTiff } from '../../image/node/write.ts';
import { encodeNpy } from '../../image/npy/encode-npy.ts';
import { zarrImageByHand, zarrPlateByHand } from '../../image/testing/zarr-by-hand.ts';
import type { ModelDescription } from '../../network/model-file.ts';
import { nodeAccess } from '../../screen/node/access.ts';
import { readScreen } from '../../screen/read-screen.ts';
import type { Screen } from '../../screen/screen.ts';
import type { ScreenOptions } from '../../screen/screen-options.ts';
import { watchedHost } from '../testing/watched-host.ts';
import { openModelScreen } from './open-model-screen.ts';

const folder = temporaryFolder();
const plate = join(folder, 'plate.ome.zarr');
const tiffs = join(folder, 'fields.csv');

beforeAll(async () => {
  zarrPlateByHand(plate, { wells: { 'A/1': ['0'] } });
  const levels = [4, 2, 1].map((side) => ({
    shape: [2, side, side],
    values: new Uint16Array(2 * side ** 2).fill(side),
  }));
  await zarrImageByHand(join(plate, 'A/1/0'), { axes: 'cyx', levels, channels: ['DNA', 'Actin'] });
  mkdirSync(folder, { recursive: true });
  const page = { data: new Uint16Array(16), channels: 1, height: 4, width: 4 };
  for (const name of ['dna', 'actin']) await writeTiff(join(folder, `${name}.tif`), page);
  writeFileSync(tiffs, 'FileName_DNA,FileName_Actin\ndna.tif,actin.tif\n');
});

/** A screen as it is opened for a model that says this of its training, and what the user hears. */
async function open(
  about: Partial<ModelDescription>,
  { path = plate, known, ...options }: ScreenOptions & { path?: string; known?: Screen } = {},
) {
  const { host, events } = await watchedHost();
  const opened = known && { screens: new Map([[path, known]]), models: new Map() };
  const model = { path: 'model.onnx', about: { channels: ['DNA', 'Actin'], ...about } as ModelDescription };
  const screen = await openModelScreen(path, model, options, { ...host, ...(opened && { opened }) });
  const said = events.flatMap((event) => (event.event === 'noted' || event.event === 'warned' ? [event] : []));
  return { level: screen.fields[0]!.sources[0]!.level ?? 0, screen, said };
}

const sized = async (pixelSize: number, options: ScreenOptions = {}, path = plate): Promise<Screen> => ({
  ...(await readScreen(path, options, nodeAccess)),
  pixelSize,
});

describe('a screen that is opened for a model', () => {
  it('is read at the level of the training', async () => {
    expect(await open({ level: 1, pixelSize: null })).toMatchObject({ level: 1, said: [] });
    expect(await open({ level: 1 }, { level: 1 })).toMatchObject({ level: 1, said: [] });
    expect(await open({ level: 0 })).toMatchObject({ level: 0, said: [] });
  });

  it('is divided by illumination functions as in the training, or a warning has both', async () => {
    const path = join(folder, 'corrected.csv');
    writeFileSync(join(folder, 'f.npy'), encodeNpy({ shape: [4, 4], data: new Float32Array(16).fill(2) }));
    writeFileSync(path, 'FileName_DNA,FileName_IllumDNA,FileName_Actin\ndna.tif,f.npy,actin.tif\n');
    const messages = async (...asked: Parameters<typeof open>) => {
      const { screen, said } = await open(...asked);
      return [screen.reading!.illumination, ...said.map(({ event, message }) => `${event}: ${message}`)];
    };
    const divided = 'noted: Pixels of DNA are divided by its illumination function; Actin has none';
    const passed = 'noted: The illumination functions that the table names for DNA are not used';
    expect(await messages({ illumination: 'divided' }, { path })).toEqual(['divided', divided]);
    for (const about of [{ illumination: 'none' }, {}] as const) {
      expect(await messages(about, { path })).toEqual(['none', passed]);
    }
    expect(await messages({}, { path, illumination: path })).toEqual(['divided', passed, divided]);
    const warning =
      /^warned: model.onnx was trained on .*illumination divided\), and .*illumination none\): its answers/;
    expect(await messages({ illumination: 'divided' }, { path, illumination: 'none' })).toEqual([
      'none',
      passed,
      expect.stringMatching(warning),
    ]);
    const other = /^warned: model.onnx was trained on .*illumination none\), and .*illumination divided\): its answers/;
    const known = await readScreen(path, {}, nodeAccess);
    expect(await messages({ illumination: 'none' }, { path, known })).toContainEqual(expect.stringMatching(other));
  });

  it('is read as it is asked where the model says nothing', async () => {
    expect(await open({})).toMatchObject({ level: 0, said: [] });
    expect(await open({}, { level: 2 })).toMatchObject({ level: 2, said: [] });
  });

  it('is refused at another level, with both', async () => {
    await expect(open({ level: 1, pixelSize: 1.3 }, { level: 0 })).rejects.toMatchObject({
      tag: 'BadOption',
      details: {
        option: 'level 0',
        found: 'level 0 with pixels of unknown size',
        expected: 'level 1 with pixels of 1.3 µm',
      },
    });
  });

  it.each([
    ['a plate with fewer levels', plate, 3],
    ['files, which have one', tiffs, 1],
  ])('is refused without the level of the training: %s', async (_, path, level) => {
    await expect(open({ level, pixelSize: 1.3 }, { path })).rejects.toMatchObject({
      tag: 'BadOption',
      details: { option: 'level', expected: `level ${level} with pixels of 1.3 µm` },
    });
  });

  it('may be of another level whose pixels have the same size', async () => {
    const known = await sized(1.31, { level: 1 });
    const { level, said } = await open({ level: 2, pixelSize: 1.3 }, { known });
    expect(level).toBe(1);
    expect(said).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/read with ‹level› 2.*read with ‹level› 1/) }),
    ]);
    await expect(open({ level: 2, pixelSize: 1 }, { known })).rejects.toMatchObject({ tag: 'BadOption' });
  });

  it('has pixels of another size only with a warning that says both and what to do', async () => {
    const warning = async (trained: number, own: number, path = plate) => {
      const { said } = await open({ level: 0, pixelSize: trained }, { path, known: await sized(own, {}, path) });
      return said.map(({ event, message }) => `${event}: ${message}`);
    };
    expect(await warning(0.65, 0.7)).toEqual([]);
    expect(await warning(0.65, 0.325)).toEqual([
      expect.stringMatching(
        /^warned: model.onnx was trained on pixels of 0.65 µm, and those of this screen are of 0.325 µm: everything looks 2.0 times larger.*give ‹level› 1\.$/,
      ),
    ]);
    expect(await warning(0.65, 0.325, tiffs)).toEqual([expect.stringMatching(/Reduce the images/)]);
    expect(await warning(0.325, 0.65)).toEqual([expect.stringMatching(/2\.0 times smaller.*‹enlarge›/)]);
  });

  it('has the channels of the model, of those that were chosen', async () => {
    const { screen, said } = await open({ channels: ['A', 'D'] }, { channels: ['D=DNA', 'A=actin'] });
    expect(screen.channels).toEqual(['A', 'D']);
    expect(screen.fields[0]!.sources.map(({ name }) => name)).toEqual(['Actin', 'DNA']);
    expect(said).toEqual([]);
    expect((await open({ channels: ['actin'] })).said).toEqual([
      { event: 'noted', message: 'The model was trained without DNA: this channel of the screen is left out' },
    ]);
  });

  it('needs no image of a channel that the model does not know', async () => {
    const path = join(folder, 'lacking.csv');
    writeFileSync(path, 'FileName_BF,FileName_DNA,FileName_Actin\n,dna.tif,actin.tif\n');
    expect((await open({}, { path })).screen.fields[0]!.sources.map(({ problem }) => problem)).toEqual([
      undefined,
      undefined,
    ]);
  });
});

/** Packages for bioimage.io: made, opened anew, and tried with two runtimes. */
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as web from 'onnxruntime-web';
import sharp from 'sharp';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CELL_WINDOW } from '../src/network/cell-window.ts';
import { encodeModelFile, type ModelDescription } from '../src/network/model-file.ts';
import { initialParameters } from '../src/network/parameters.ts';
import { createNodeSession } from '../src/onnx/node/session.ts';
import { float32 } from '../src/onnx/tensor.ts';
import { type OpenPackage, openPackage, readZip } from './bioimage-package.ts';
import { milscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { changeTable, simulateTinyScreen } from './tiny-screen.ts';

web.env.wasm.numThreads = 1;
web.env.wasm.wasmPaths = pathToFileURL(
  join(dirname(createRequire(import.meta.url).resolve('onnxruntime-web')), '/'),
).href;

const folder = temporaryFolder();

const plain: ModelDescription = {
  version: '0.0.0',
  classes: ['DNA damage', 'no', 'Eg5 inhibitors'],
  channels: ['DNA', 'Image:1'],
  pooling: 'noisy-and',
  sharpness: 10,
  head: 'softmax',
  label: 'Metadata_MOA',
  normalization: { mean: [400, 900], deviation: [150, 300] },
  run: '0'.repeat(64),
};

const byControls: ModelDescription['normalization'] = {
  ...plain.normalization,
  ...{ scope: 'controls', measure: 'median', controls: { column: 'Drug', values: ['DMSO'] } },
  reference: { mean: [111, 222], deviation: [22, 33] },
};

/** A model file that was never trained. */
async function modelOf(name: string, change: Partial<ModelDescription> = {}): Promise<string> {
  const about = { ...plain, ...change };
  const { classes, channels, pooling, head } = about;
  const parameters = initialParameters({ classes: classes.length, channels: channels.length, pooling }, 1, head);
  const path = join(folder, `${name}.onnx`);
  await writeFile(path, encodeModelFile(parameters, about));
  return path;
}

async function exported(name: string, model: string, ...options: readonly string[]) {
  const out = join(folder, `${name}.zip`);
  const { code, out: said, err } = await milscope('export', model, '--out', out, '--json', ...options);
  expect(code, err).toBe(0);
  const bytes = await readFile(out);
  return { bytes, result: JSON.parse(said), opened: await openPackage(bytes) };
}

/** Runs the test input of a package through both runtimes, and compares what comes out with what stands in it. */
async function tryOut({ files, about, tensors }: OpenPackage): Promise<void> {
  const weights = files.get(about.weights.onnx.source)!;
  const { data, shape } = tensors.get('image')!;
  const native = await createNodeSession(weights, { threads: 2 });
  const portable = await web.InferenceSession.create(weights, { executionProviders: ['wasm'] });
  // Some programs take inputs and outputs by their places.
  expect(native.inputNames).toEqual(about.inputs.map(({ id }) => id));
  expect(native.outputNames).toEqual(about.outputs.map(({ id }) => id));
  const ofNative = await native.run({ image: float32(data, shape) });
  const ofPortable = await portable.run({ image: new web.Tensor('float32', data, shape) });
  for (const { id } of about.outputs) {
    const stored = tensors.get(id)!;
    expect(ofNative[id]!.shape).toEqual(stored.shape);
    expect(ofPortable[id]!.dims).toEqual(stored.shape);
    const [own, other] = [ofNative[id]!.data as Float32Array, ofPortable[id]!.data as Float32Array];
    for (const [i, value] of stored.data.entries()) {
      expect(Math.abs(own[i]! - value), `${id}[${i}]`).toBeLessThan(1e-5);
      expect(Math.abs(other[i]! - value), `${id}[${i}] on WebAssembly`).toBeLessThan(1e-4);
    }
  }
  await native.release();
  await portable.release();
}

afterEach(() => {
  delete process.env.SOURCE_DATE_EPOCH;
});

describe('milscope export of a model alone', () => {
  it.each<[name: string, change: Partial<ModelDescription>]>([
    ['softmax on Noisy-AND', {}],
    ['sigmoids', { head: 'sigmoid', thresholds: [0.5, 0.25, 0.7], pooling: 'generalized-mean', sharpness: 2.5 }],
    ['attention', { pooling: 'attention' }],
    ['max', { pooling: 'max' }],
    ['a field enlarged twice', { enlarge: 2, pooling: 'mean' }],
    ['a field enlarged three times', { enlarge: 3, pooling: 'log-sum-exp' }],
    ['intensities measured against the field', { normalization: { ...plain.normalization, scope: 'field' } }],
    [
      'a model of cells, with one channel',
      { cellSize: 63, channels: ['DNA'], normalization: { mean: [9], deviation: [2] } },
    ],
    ['plates made alike', { normalization: { ...plain.normalization, scope: 'plate' } }],
    // One size alone, which is none of those that are declared for fields.
    ['cells behind a window', { cellSize: 70, instances: 'cells', window: CELL_WINDOW }],
    ['enlarged cells behind a window', { cellSize: 40, enlarge: 2, instances: 'cells', window: CELL_WINDOW }],
  ])('gives a package that opens and repeats its outputs: %s', async (name, change) => {
    const { opened, result } = await exported(name, await modelOf(name, change));
    await tryOut(opened);
    const { about } = opened;
    expect(about.outputs[0]!.axes[1]).toMatchObject({ channel_names: ['DNA_damage', 'no', 'Eg5_inhibitors'] });
    expect(about.config).toMatchObject({ milscope: JSON.parse(JSON.stringify({ ...plain, ...change })) });
    expect(result).toMatchObject({ kind: 'bioimage.io', validation: false });
    expect(result.files.map((file: { name: string }) => file.name)).toEqual([...opened.files.keys()]);
  });

  it('keeps the model as it is, and says that no figures are there', async () => {
    const model = await modelOf('as it is', { head: 'sigmoid', thresholds: [0.5, 0.25, 0.7] });
    const { opened } = await exported('as it is', model);
    expect(Buffer.compare(opened.files.get('weights.onnx')!, await readFile(model))).toBe(0);
    expect(opened.about.weights.onnx.opset_version).toBeGreaterThanOrEqual(17);
    const readme = Buffer.from(opened.files.get('README.md')!).toString();
    expect(readme).toMatch(/# Validation\n\nNo validation figures came with this model/);
    expect(readme).toMatch(/\| 1 \| `no` \| no \| 0\.250 \|/);
    expect(readme).toMatch(/synthetic field/);
    expect(opened.about.covers).toEqual(['noisy-and.png']);
    // To a program that reads YAML 1.1 a class of this name would be false.
    expect(Buffer.from(opened.files.get('rdf.yaml')!).toString()).toMatch(/- "no"\n/);
  });

  it('says what is to be done with a plate first, for a model that makes plates alike', async () => {
    const { opened } = await exported('by plate', await modelOf('by plate', { normalization: byControls }));
    const readme = Buffer.from(opened.files.get('README.md')!).toString();
    expect(readme).toMatch(
      /# Plates\n\n.*measure the median and .*control wells \(in the training: DMSO in the column Drug\)/,
    );
    expect(readme).toContain('| `DNA` | 111 | 22 |');
    expect(readme).toContain('model_spread = np.array([22,33])');
    expect(readme).not.toContain('Nothing needs to be done');
    const [{ description }] = opened.about.inputs as unknown as [{ description: string }];
    expect(description).toMatch(/made alike by plate first: see README\.md\.$/);
    expect(description.length).toBeLessThanOrEqual(128);
  });

  it('gives the same bytes for the same model at any place and time', async () => {
    const model = await modelOf('same');
    process.env.SOURCE_DATE_EPOCH = '1700000000';
    const first = await exported('first', model);
    expect(first.opened.about.timestamp).toBe('2023-11-14T22:13:20+00:00');
    const zone = process.env.TZ;
    try {
      process.env.TZ = 'Pacific/Kiritimati';
      const again = await exported('again', model, '--threads', '1');
      expect(Buffer.compare(first.bytes, again.bytes)).toBe(0);
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
    process.env.SOURCE_DATE_EPOCH = '1700000001';
    const later = await exported('later', model);
    expect(Buffer.compare(first.bytes, later.bytes)).not.toBe(0);
    process.env.SOURCE_DATE_EPOCH = 'yesterday';
    const refused = await milscope('export', model, '--out', join(folder, 'refused.zip'));
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/yesterday.*SOURCE_DATE_EPOCH/);
  });

  it('says what its owner says', async () => {
    const { opened } = await exported(
      ...([
        'words',
        await modelOf('words'),
        '--name',
        'Mechanisms (BBBC021)',
        '--description',
        'Tells: mechanisms',
      ] as const),
      ...['--author', 'Ada Example', '--author', 'Émile Exemple', '--license', 'MIT', '--tag', 'U2OS', '--tag', '2d'],
    );
    expect(opened.about).toMatchObject({
      name: 'Mechanisms (BBBC021)',
      description: 'Tells: mechanisms',
      authors: [{ name: 'Ada Example' }, { name: 'Émile Exemple' }],
      license: 'MIT',
    });
    expect(opened.about.tags.filter((tag) => tag === '2d')).toHaveLength(1);
    expect(opened.about.tags.at(-1)).toBe('U2OS');
    expect(Buffer.from(opened.files.get('README.md')!).toString()).toMatch(/Ada Example, Émile Exemple\. MIT\./);
  });

  it('copies the model alone, metadata and all', async () => {
    const model = await modelOf('plate', { normalization: { ...plain.normalization, scope: 'plate' } });
    const out = join(folder, 'copy.onnx');
    const { code, err, out: said } = await milscope('export', model, '--out', out);
    expect(code, err).toBe(0);
    expect(said).toContain(out);
    expect(Buffer.compare(await readFile(out), await readFile(model))).toBe(0);
  });

  it('refuses what cannot be a package, and says why', async () => {
    const model = await modelOf('refused');
    // Sigmoids of a network that says no to everything.
    const about = { ...plain, head: 'sigmoid' } as const;
    const silent = initialParameters({ classes: 3, channels: 2, pooling: 'noisy-and' }, 1, 'sigmoid');
    (silent['fc.bias']!.data as Float32Array).fill(-40);
    await writeFile(join(folder, 'silent.onnx'), encodeModelFile(silent, about));
    const out = join(folder, 'refused.zip');
    const there = join(folder, 'there.onnx');
    await writeFile(there, 'precious');
    const cases: readonly (readonly [code: number, message: RegExp, ...argv: string[]])[] = [
      [2, /ends in \.zip or \.onnx/, model, '--out', join(folder, 'model.tar')],
      [2, /--screen.*cannot carry it/, model, '--out', join(folder, 'a.onnx'), '--screen', 'screen.csv'],
      [2, /--name.*found ab/, model, '--out', out, '--name', 'ab'],
      [2, /--name/, model, '--out', out, '--name', 'Model: the first'],
      [2, /--author.*without slashes/, model, '--out', out, '--author', 'A/B'],
      [2, /--license.*SPDX/, model, '--out', out, '--license', 'MIT License'],
      [1, /almost 0.*--screen/s, join(folder, 'silent.onnx'), '--out', out],
      [1, /cannot be opened/, join(folder, 'none.onnx'), '--out', out],
      [1, /no model/, folder, '--out', out],
      [2, /the file that --model names/, model, '--out', model, '--overwrite'],
      [1, /--overwrite/, model, '--out', there],
    ];
    for (const [code, message, ...argv] of cases) {
      const refused = await milscope('export', ...argv);
      expect(refused.err).toMatch(message);
      expect(refused.code, refused.err).toBe(code);
    }
  });
});

describe('milscope export of a run', () => {
  const run = join(folder, 'run');
  let table: string;

  beforeAll(async () => {
    table = await simulateTinyScreen(join(folder, 'screen'), { plates: 2, wells: 4, sites: 1, size: 104 });
    const trained = await milscope(
      ...['train', table, '--label', 'Phenotype', '--out', run, '--epochs', '1', '--batch', '4'],
      ...['--holdout', 'Plate=Plate2'],
    );
    expect(trained.code, trained.err).toBe(0);
  });

  it('has the figures of the run, and a field of the screen with its map on the cover', async () => {
    const { opened, result } = await exported('run', run, '--screen', table);
    await tryOut(opened);
    expect(opened.about.covers).toEqual(['cover.jpg', 'classes.png']);
    expect(result.validation).toBe(true);
    const record = JSON.parse(await readFile(join(run, 'run.json'), 'utf8'));
    expect(Date.parse(opened.about.timestamp)).toBe(1000 * Math.floor(Date.parse(record.started) / 1000));
    const { images, perClass } = JSON.parse(await readFile(join(run, 'metrics.json'), 'utf8'));
    const readme = Buffer.from(opened.files.get('README.md')!).toString();
    expect(readme).toContain(`Fields right: ${images.correct} of ${images.n}`);
    expect(readme).toMatch(/4 fields trained the model, and 4 were held out for the test by Plate=Plate2/);
    expect(readme).toMatch(/95 % interval .*Gaffke/);
    expect(readme).toMatch(/\| the batch alone \| \d\/4 \|/);
    for (const { class: name, n } of perClass) expect(readme).toContain(`| ${name} | ${n} |`);
    // The middle of a real field: whole counts, in the order of the channels.
    const { shape, data } = opened.tensors.get('image')!;
    expect(shape).toEqual([1, 3, 96, 96]);
    expect(data.every(Number.isInteger)).toBe(true);
    const { data: cover, info } = await sharp(opened.files.get('cover.jpg')!)
      .raw()
      .toBuffer({ resolveWithObject: true });
    const colours = new Set<number>();
    for (let i = 0; i < cover.length; i += 3)
      colours.add((cover[i]! >> 5) * 64 + (cover[i + 1]! >> 5) * 8 + (cover[i + 2]! >> 5));
    expect([info.width, info.height]).toEqual([800, 400]);
    expect(colours.size).toBeGreaterThan(20);
  });

  it('takes the figures of a run that the model lies in, but of no other', async () => {
    const inside = await exported('inside', join(run, 'model.onnx'));
    expect(inside.result.validation).toBe(true);
    expect(inside.opened.about.covers).toEqual(['classes.png']);
    await copyFile(await modelOf('stranger'), join(run, 'stranger.onnx'));
    const stranger = await exported('stranger', join(run, 'stranger.onnx'));
    expect(stranger.result.validation).toBe(false);
  });

  it('does without fields that cannot be read, unless all are so', async () => {
    const gone = await changeTable(table, 'gone.csv', (lines) =>
      lines.map((line, i) => (i === 0 || i > 6 ? line : line.replaceAll('images/', 'images/no-'))),
    );
    const { opened } = await exported('some', run, '--screen', gone);
    expect(opened.about.covers).toContain('cover.jpg');
    const none = await changeTable(table, 'none.csv', (lines) =>
      lines.map((line, i) => (i === 0 ? line : line.replaceAll('images/', 'images/no-'))),
    );
    const refused = await milscope('export', run, '--out', join(folder, 'none.zip'), '--screen', none);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/none of the 8 fields can be read/);
    const channels = await changeTable(table, 'channels.csv', (lines) =>
      lines.map((line) => line.replace('FileName_DNA', 'FileName_ER')),
    );
    const other = await milscope('export', run, '--out', join(folder, 'none.zip'), '--screen', channels);
    expect(other.err).toMatch(/not the channels/);
  });
});

describe('the archive', () => {
  it('holds plain files at its root', async () => {
    const { bytes } = await exported('plain', await modelOf('plain'));
    for (const name of (await readZip(bytes)).keys()) expect(name).toMatch(/^[\w.-]+$/);
  });
});

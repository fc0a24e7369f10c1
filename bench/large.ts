/**
 * Segments a large field in parts, stage by stage, and prints a line of JSON for each stage: seconds, seconds of the processor, and the
 * largest memory of the process so far (peak RSS, MB). With --whole it is then segmented in one pass too, and the last line says
 * which share of the pixels of the masks is equal, how many regions either has, and how many pixels have another label.
 *
 * Run: npm run bench:large -- <model.onnx> <screen> [--whole] [--classes all] [--recipe guided] [--split] [--tile 384] [--threads 2]
 * [--rows N, of the field only the first rows] [--folder bench-run/large]. The field is segmented even if no instance of it has the class.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { createJacobianMapper } from '../src/localization/jacobian-map.ts';
import type { RegionOptions } from '../src/localization/regions/regions.ts';
import { smoothChannels } from '../src/localization/segmentation/stored-guided-mask.ts';
import type { StoredMask } from '../src/localization/segmentation/stored-mask.ts';
import { type StoredPlane, stripsOfPlane } from '../src/localization/stored/stored-plane.ts';
import { readModel } from '../src/network/read-model.ts';
import { planesOf } from '../src/pixels/pixels.ts';
import { readWhole, type WindowedImage } from '../src/pixels/windows/windowed-image.ts';
import { createFieldSource } from '../src/screen/field-source.ts';
import { readScreen } from '../src/screen/read-screen.ts';
import { createNodeHost } from '../src/workflows/node/node-host.ts';
import { drawLarge } from '../src/workflows/segment/large/large-fields.ts';
import { regionsOfStoredMaps } from '../src/workflows/segment/large/regions-of-stored-maps.ts';
import { scratchPlanes } from '../src/workflows/segment/large/scratch-planes.ts';
import { createRecipe } from '../src/workflows/segment/recipes.ts';
import { regionsOfMaps } from '../src/workflows/segment/regions-of-maps.ts';
import { parseSelections } from '../src/workflows/segment/selections.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    whole: { type: 'boolean', default: false },
    classes: { type: 'string', default: 'all' },
    recipe: { type: 'string', default: 'guided' },
    split: { type: 'boolean', default: false },
    tile: { type: 'string', default: '384' },
    threads: { type: 'string', default: '2' },
    rows: { type: 'string' },
    folder: { type: 'string', default: 'bench-run/large' },
  },
});
const [path, table] = positionals;
if (path === undefined || table === undefined) throw new Error('npm run bench:large -- <model.onnx> <screen>');

const print = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

async function stage<T>(name: string, work: () => Promise<T>): Promise<T> {
  const [began, used] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(used);
  print({
    stage: name,
    seconds: Math.round((performance.now() - began) / 100) / 10,
    processorSeconds: Math.round((user + system) / 1e5) / 10,
    peakMB: Math.round(process.resourceUsage().maxRSS / 1024),
  });
  return result;
}

const threads = Number(values.threads);
const host = createNodeHost({ threads });
const model = readModel(await readFile(path), path);
const { about } = model;
const screen = await readScreen(table, {}, host);
const source = createFieldSource(screen, { cacheBytes: 0 }, host);
const field = (await source.open(screen.fields[0]!))!;
/** The first rows of the field, if no more are wanted. */
const windows: WindowedImage =
  values.rows === undefined
    ? field
    : { ...field, height: Math.min(field.height, Number(values.rows)), whole: undefined };
const { height, width, channels } = windows;
const selections = parseSelections(values.classes.split(','), about.classes);
const recipe = createRecipe({
  ...{ recipe: values.recipe as 'guided', coupling: 2, iterations: 100 },
  ...{ leastArea: 20, largestHole: 100, clearBorder: false, split: values.split },
});
const options: RegionOptions = { leastArea: 20, largestHole: 100, split: values.split };
print({ height, width, channels, classes: values.classes, recipe: values.recipe, threads });

const store = scratchPlanes(values.folder, host);
const lanes = await host.lanes();
const tile = Number(values.tile);
try {
  const draw = drawLarge(model, { tile, lanes, workers: threads }, host);
  const chosen = selections.map(({ classes }) => classes);
  const drawn = await stage('maps', () => draw(windows, chosen, store));
  const read = async (rows: { readonly top: number; readonly height: number }) =>
    planesOf(await windows.read({ ...rows, left: 0, width })) as Float32Array[];
  const smooth = await stage('channels', () => smoothChannels(read, { store, count: channels, height, width }));
  const solver = host.beliefSolver(threads);
  const segmented: StoredMask[] = [];
  for (const [i, { total }] of drawn.maps.entries()) {
    const options = { store, solver };
    segmented.push(
      await stage(`mask of ${selections[i]!.name}`, () =>
        recipe.segmentStored(total.plane, async () => smooth, options),
      ),
    );
  }
  await solver.release();
  for (const { plane } of smooth) await plane.remove();
  const found = await stage('regions', () =>
    regionsOfStoredMaps(segmented, { drawn, about, selections, options, store }),
  );
  print({ regions: found.regions.length, ...segmented[0]!.beliefs });
  if (values.whole) {
    const image = await readWhole(windows);
    const pool = host.pool({ workers: threads, threads: 1 });
    const drawWhole = createJacobianMapper(model, { pool, tile, lanes });
    const maps = await stage('maps in one pass', () => Promise.all(chosen.map((classes) => drawWhole(image, classes))));
    await pool.release();
    const size = height * width;
    const planes = Array.from({ length: channels }, (_, c) => ({
      ...{ data: image.data.subarray(c * size, (c + 1) * size), height, width },
    }));
    const masks = await stage('masks in one pass', async () =>
      maps.map(({ total }) => recipe.segment({ data: total, height, width }, planes)),
    );
    const regions = await stage('regions in one pass', async () =>
      regionsOfMaps(masks, { maps, about, selections, options }),
    );
    const others = await Promise.all(segmented.map(({ mask }, i) => differing(mask, masks[i]!.mask.data)));
    print({
      equalPixels: others.map((other) => 1 - other / size),
      regions: [found.regions.length, regions.regions.length],
      otherLabels: await differing(found.labels, regions.labels),
      beliefs: [segmented[0]!.beliefs, masks[0]!.beliefs],
    });
  }
} finally {
  await store.removeAll();
}

/** How many pixels of a plane have another number than in one pass. */
async function differing(
  plane: StoredPlane<'uint8'> | StoredPlane<'int32'>,
  whole: Uint8Array | Int32Array,
): Promise<number> {
  let count = 0;
  for (const strip of stripsOfPlane(plane, store)) {
    const own = await plane.read(strip);
    for (let i = 0; i < own.length; i++) if (own[i] !== whole[strip.top * width + i]) count++;
  }
  return count;
}

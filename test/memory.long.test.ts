/** Prediction and inspection need no more memory for a large screen than for a small one, and prediction for a large field. */
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { nodeImageAccess } from '../src/image/node/access.ts';
import { readImage } from '../src/image/read.ts';
import { writeUntrainedModel } from '../src/workflows/testing/untrained-model.ts';
import { milscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { changeTable, simulateTinyScreen } from './tiny-screen.ts';

const folder = temporaryFolder();
const SIDE = 384;
const FEW = 20;
const MANY = 6 * FEW;
/** What a field occupies once decoded: 16 bits a pixel in the file, 32 for the network. */
const BYTES_PER_FIELD = 3 * SIDE * SIDE * (2 + 4);

/** Peak of the resident memory of a command in a process of its own, in bytes. */
async function peakMemory(...argv: string[]): Promise<number> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const report =
    'import { writeSync } from "node:fs"; process.on("exit", () => writeSync(2, "peak: " + process.resourceUsage().maxRSS))';
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--import', `data:text/javascript,${report}`, 'src/cli/milscope.ts', ...argv],
    { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect(code, said).toBe(0);
  return 1024 * Number(/peak: (\d+)$/.exec(said)![1]);
}

/** A table of as many fields as wanted, each put together from the channels of several of the simulated ones. */
function tableOf(count: number, simulated: string): Promise<string> {
  return changeTable(simulated, `${count}.csv`, ([header, ...rows]) => {
    const columns = header!.split(',');
    const cell = (row: number, column: string) => rows[row % rows.length]!.split(',')[columns.indexOf(column)];
    const lines = Array.from({ length: count }, (_, i) =>
      [
        cell(i, 'FileName_DNA'),
        cell(i + 1, 'FileName_Actin'),
        cell(Math.floor(i / rows.length), 'FileName_Tubulin'),
      ].join(),
    );
    return ['FileName_DNA,FileName_Actin,FileName_Tubulin', ...lines];
  });
}

it('milscope predict: six times the fields, the same memory', async () => {
  const table = await simulateTinyScreen(join(folder, 'screen'), { wells: 2, sites: 3, size: SIDE });
  const run = join(folder, 'run');
  const trained = await milscope(
    ...['train', table, '--label', 'Phenotype', '--out', run, '--epochs', '1', '--crop', '64', '--validation', '0'],
  );
  expect(trained.code).toBe(0);
  const [few, many] = await Promise.all([FEW, MANY].map((count) => tableOf(count, table)));
  const predict = (screen: string) =>
    peakMemory('predict', join(run, 'model.onnx'), screen, '--out', `${screen.slice(0, -4)} predicted.csv`);
  const growth = (await predict(many!)) - (await predict(few!));
  // Garbage is collected now and then: what is asked is that most of the fields were not kept.
  expect(growth).toBeLessThan(((MANY - FEW) * BYTES_PER_FIELD) / 3);
});

it('milscope inspect: six times the fields, the same memory', async () => {
  const table = await simulateTinyScreen(join(folder, 'inspected'), { wells: 2, sites: 3, size: SIDE });
  const [few, many] = await Promise.all([FEW, MANY].map((count) => tableOf(count, table)));
  const inspect = (screen: string) => peakMemory('inspect', screen, '--out', `${screen.slice(0, -4)} page.html`);
  const growth = (await inspect(many!)) - (await inspect(few!));
  expect(growth).toBeLessThan(((MANY - FEW) * BYTES_PER_FIELD) / 3);
});

it('milscope predict: a field of 6,000 × 6,000 pixels takes less than 1 GB', { timeout: 600_000 }, async () => {
  const simulated = await simulateTinyScreen(join(folder, 'parts'), { wells: 2, sites: 1, size: 128 });
  const model = join(folder, 'untrained.onnx');
  await writeUntrainedModel(model);
  const screen = await stitched(simulated, 6000);
  const out = join(folder, 'large.csv');
  // Whole, its pixels and what the network computes of them would take 3 GB.
  expect(await peakMemory('predict', model, screen, '--out', out, '--workers', '2', '--no-report')).toBeLessThan(1e9);
});

/** A table of one field that is a mosaic of simulated ones, in tiles of three channels of 16 bits. */
async function stitched(table: string, side: number): Promise<string> {
  const [header, ...rows] = (await readFile(table, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const names = ['DNA', 'Actin', 'Tubulin'];
  for (const name of names) {
    const column = header!.indexOf(`FileName_${name}`);
    const parts = await Promise.all(
      rows.slice(0, 4).map((row) => readImage(join(dirname(table), row[column]!), {}, nodeImageAccess)),
    );
    const mosaic = new Uint16Array(side * side);
    for (let y = 0; y < side; y++) {
      for (let left = 0; left < side; left += 128) {
        const { data } = parts[(Math.floor(y / 128) + left / 128) % parts.length]!;
        const from = (y % 128) * 128;
        mosaic.set(data.subarray(from, from + Math.min(128, side - left)), y * side + left);
      }
    }
    await sharp(mosaic, { raw: { width: side, height: side, channels: 1 } })
      .toColourspace('grey16')
      .tiff({ compression: 'deflate', tile: true, tileWidth: 512, tileHeight: 512 })
      .toFile(join(folder, `${side} ${name}.tif`));
  }
  const path = join(folder, `${side}.csv`);
  await writeFile(
    path,
    `${names.map((name) => `FileName_${name}`).join()}\n${names.map((name) => `${side} ${name}.tif`).join()}\n`,
  );
  return path;
}

/**
 * How quickly the page of a report opens and filters in headless Chromium: simulated, 12 classes on 55 plates in BBBC021's layout, of 60
 * wells with 4 fields each, and on 55 plates of 384 wells with one field each. Opening is measured from the start of the navigation until the page has drawn
 * itself, filtering from the change of a filter until the next frame is drawn.
 *
 * Run: npm run bench:report
 */
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { reportPage } from '../src/report/page/page.ts';
import { simulateReport } from '../src/report/page/testing/simulated-document.ts';

const REPEATS = 10;
const ALL = { plates: 55, classes: 12, thumbnails: 1500, galleries: 2, assay: false };
const SHAPES = [
  { ...ALL, rows: 6, columns: 10, sites: 4 },
  { ...ALL, rows: 16, columns: 24, sites: 1 },
];

/** A filter that is set, and how. */
const filters = {
  class: (page: Page, i: number) => page.evaluate<number>(timed(`select('True class', ${1 + (i % 12)})`)),
  plate: (page: Page, i: number) => page.evaluate<number>(timed(`select('Plate', ${1 + (i % 55)})`)),
  search: (page: Page, i: number) => page.evaluate<number>(timed(`search('compound ${1 + (i % 40)}')`)),
  cell: (page: Page, i: number) => page.evaluate<number>(timed(`choose(${i % 12})`)),
  clear: (page: Page) => page.evaluate<number>(timed(`clear()`)),
};

/** Runs a change in the page; gives the time until the frame after it is drawn (ms). */
function timed(change: string): string {
  return `(async () => {
    const label = (name) => [...document.querySelectorAll('#filters label')].find((one) => one.textContent.startsWith(name));
    const select = (name, place) => {
      const box = label(name).querySelector('select');
      box.selectedIndex = place;
      box.dispatchEvent(new Event('change'));
    };
    const search = (words) => {
      const box = document.querySelector('#filters input');
      box.value = words;
      box.dispatchEvent(new Event('change'));
    };
    const choose = (k) => document.querySelector('.matrix .cell[data-truth="' + k + '"][data-predicted="' + k + '"]').click();
    const clear = () => [...document.querySelectorAll('#filters button')].at(-1).click();
    const begin = performance.now();
    ${change};
    await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
    return performance.now() - begin;
  })()`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

const row = (name: string, values: readonly number[]) =>
  `${name.padEnd(16)} ${median(values).toFixed(0).padStart(6)} ms  (${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)})`;

const folder = await mkdtemp(join(tmpdir(), 'milscope-report-'));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  for (const shape of SHAPES) await measure(shape);
} finally {
  await browser.close();
  await rm(folder, { recursive: true });
}

/** Opens and filters the page of a report of some shape again and again, and prints how long it takes. */
async function measure(shape: (typeof SHAPES)[number]): Promise<void> {
  const { document, files } = await simulateReport(shape);
  const parts: string[] = [];
  const began = performance.now();
  for await (const part of reportPage(document, files)) parts.push(part);
  const made = performance.now() - began;
  const path = join(folder, 'report.html');
  await writeFile(path, parts.join(''));
  const { size } = await stat(path);
  console.log(
    `${document.fields!.rows} fields, ${shape.plates} plates; made in ${made.toFixed(0)} ms, ${(size / 1e6).toFixed(1)} MB`,
  );
  const opened: number[] = [];
  const filtered = new Map<string, number[]>(Object.keys(filters).map((name) => [name, []]));
  for (let i = 0; i < REPEATS; i++) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(pathToFileURL(path).href);
    await page.waitForSelector('html[data-ready]');
    opened.push(await page.evaluate<number>("performance.getEntriesByName('report-drawn')[0].startTime"));
    for (const [name, set] of Object.entries(filters)) filtered.get(name)!.push(await set(page, i));
    await page.close();
  }
  console.log(`median of ${REPEATS} (least to largest)`);
  console.log(row('open', opened));
  for (const [name, values] of filtered) console.log(row(`filter: ${name}`, values));
}

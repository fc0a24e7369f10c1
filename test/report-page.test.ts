/** The page of a report in a browser: what pointer and keyboard reach, what it requests, and how it prints. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileReportAssets } from '../packaging/compile-report-assets.ts';
import { reportPage } from '../src/report/page/page.ts';
import { simulateReport } from '../src/report/page/testing/simulated-document.ts';
import {
  describeInChromium,
  leaving,
  openReport,
  seriousFindings,
  startChromium,
  type WatchedPage,
} from './chromium.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();

describe('script and style of the page', () => {
  it('are those of their sources: run `npm run report-assets`', async () => {
    const kept = await readFile(new URL('../src/report/page/assets.ts', import.meta.url), 'utf8');
    expect(kept === (await compileReportAssets())).toBe(true);
  });
});

describeInChromium('the page of a report', () => {
  let browser: Browser;
  let page: Page;
  const watched: (WatchedPage & { readonly path: string })[] = [];

  /** Writes a simulated report. */
  const write = async (name: string, shape: Parameters<typeof simulateReport>[0]) => {
    const { document, files } = await simulateReport(shape);
    const parts: string[] = [];
    for await (const part of reportPage(document, files)) parts.push(part);
    const path = join(folder, `${name}.html`);
    await writeFile(path, parts.join(''));
    return path;
  };
  const open = async (path: string) => {
    const opened = await openReport(browser, path);
    watched.push({ ...opened, path });
    return opened.page;
  };
  beforeAll(async () => {
    browser = await startChromium();
    page = await open(await write('report', { plates: 3, sites: 2, classes: 6, thumbnails: 40, galleries: 1 }));
  });
  afterAll(() => browser?.close());

  /** How many fields pass the filters, as the page says. */
  const chosen = async () =>
    Number.parseInt((await page.locator('#filters .count').textContent())!.replaceAll(',', ''), 10);
  const clear = () => page.getByRole('button', { name: 'Clear filters' }).click();

  it('shows the fields of a well that is clicked', async () => {
    await page.locator('.plate-map [data-well="C04"]').click();
    await expect.poll(() => page.locator('.well h4').textContent()).toBe('Well C04, Week1_22123');
    expect(await page.locator('.well figure.site').count()).toBe(2);
    expect(await page.locator('.well .bar-row').count()).toBeGreaterThan(2);
    expect(await page.locator('.well .metadata').textContent()).toContain('Treatment');
  });

  it('draws the whole plate, with wells in rows and columns in every layer', async () => {
    for (const layer of ['predicted', 'pictures']) {
      await page.locator(`[data-layer="${layer}"]`).click();
      expect(await page.locator('.plate-map .none').count()).toBe(0);
      expect(await page.locator('.plate-map [role="gridcell"]').count()).toBe(96);
      const box = async (selector: string) => (await page.locator(`.plate-map ${selector}`).first().boundingBox())!;
      const [first, last, below] = [
        await box('[data-well="C04"]'),
        await box('[data-well="C12"]'),
        await box('[data-well="F04"]'),
      ];
      expect([first.y, first.x]).toEqual([last.y, below.x]);
      expect(last.x - first.x).toBeCloseTo((8 / 3) * (below.y - first.y), 0);
      const [letter, number] = [
        await box('[role="rowheader"]:text("C")'),
        await box('[role="columnheader"]:text-is("4")'),
      ];
      expect(letter.y + letter.height / 2).toBeCloseTo(first.y + first.height / 2, 0);
      expect(number.x + number.width / 2).toBeCloseTo(first.x + first.width / 2, 0);
    }
  });

  it('shows what a layer has of a well', async () => {
    await page.locator('[data-layer="confidence"]').click();
    const label = await page.locator('.plate-map [data-well="C04"]').getAttribute('aria-label');
    expect(label).toMatch(/^C04: confidence 0\.\d+$/);
  });

  it('chooses the fields of a cell of the confusion matrix', async () => {
    const cell = page.locator('.matrix .cell:not(.zero):not(.right)').first();
    const n = Number(/^\d+/.exec((await cell.getAttribute('aria-label'))!)![0]);
    await cell.click();
    expect(await chosen()).toBe(n);
    expect(await page.locator('#fields-table').getAttribute('aria-rowcount')).toBe(String(n + 1));
    await clear();
    expect(await chosen()).toBe(360);
  });

  it('chooses the fields of a class', async () => {
    const row = page.locator('#class-table tbody tr').first();
    const n = Number(await row.locator('td').first().textContent());
    await row.getByRole('button').click();
    expect(await chosen()).toBe(n);
    await clear();
  });

  it('finds fields by words', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('week1_22224 B02');
    await expect.poll(chosen).toBe(2);
    await clear();
  });

  it('is walked by the keyboard alone: a well, a cell, a field', async () => {
    await page.locator('[data-layer="predicted"]').focus();
    await page.keyboard.press('Enter');
    await page.locator('.plate-map [tabindex="0"]').focus();
    await page.keyboard.press('Home');
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
    const [, row, column] = /^Well ([A-H])(\d+)/.exec((await page.locator('.well h4').textContent())!)!;
    expect([row, column]).toEqual(['D', '03']);
    await page.locator('.matrix [tabindex="0"]').focus();
    for (const key of ['ArrowDown', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
    const n = Number(/^\d+/.exec((await page.locator('.matrix .chosen').getAttribute('aria-label'))!)![0]);
    expect(await page.locator('.matrix .chosen').getAttribute('data-truth')).toBe('1');
    expect(await chosen()).toBe(n);
    expect(await page.evaluate('document.activeElement.className')).toContain('chosen');
    await page.keyboard.press('Enter');
    await page.locator('#fields-table').focus();
    for (const key of ['End', 'Enter']) await page.keyboard.press(key);
    await expect.poll(() => page.locator('dialog[open] h4').textContent()).toMatch(/^Well G11, /);
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog[open]').count()).toBe(0);
  });

  it('says how many of the chosen fields are shown as pictures', async () => {
    expect(await page.locator('#beside-matrix h3').textContent()).toBe('360 fields40 of 360 shown as pictures');
    expect(await page.locator('.strip .thumb').count()).toBe(40);
  });

  it('enlarges the thumbnail of a field that is not in the gallery, and says why it is coarse', async () => {
    const thumbs = page.locator('.strip .thumb');
    const side = (await thumbs.first().boundingBox())!.width;
    const enlarged = page.locator('dialog[open] .enlarged');
    for (let i = 0; i < 40; i++) {
      await thumbs.nth(i).click();
      if ((await enlarged.count()) > 0) break;
      await page.keyboard.press('Escape');
    }
    expect((await enlarged.locator('canvas').boundingBox())!.width).toBeGreaterThan(4 * side);
    expect(await enlarged.textContent()).toContain('coarse');
    await page.keyboard.press('Escape');
  });

  it('says on its button what theme a press brings', async () => {
    const [button, theme] = [page.locator('#theme'), () => page.evaluate('document.documentElement.dataset.theme')];
    for (const [before, after] of [
      ['Dark', 'Light'],
      ['Light', 'Dark'],
    ] as const) {
      expect(await button.textContent()).toBe(before);
      await button.click();
      expect([await theme(), await button.textContent()]).toEqual([before.toLowerCase(), after]);
    }
  });

  it('shows the whole of the table of classes', async () => {
    const [inner, outer] = (await page.evaluate(
      '[document.querySelector("#class-table").scrollWidth, document.querySelector("#class-table").clientWidth]',
    )) as [number, number];
    expect(inner).toBe(outer);
  });

  it('hides what is laid over the pictures of the gallery by a key', async () => {
    const overlay = page.locator('#galleries .overlay').first();
    expect(await page.locator('#gallery .evidence').textContent()).toContain('evidence');
    expect(await overlay.isVisible()).toBe(true);
    await page.keyboard.press('o');
    expect(await overlay.isVisible()).toBe(false);
    await page.keyboard.press('o');
    expect(await page.locator('#galleries .scale-bar').first().getAttribute('data-length')).toBe('100 µm');
  });

  it('shows a field of the map, and opens it, by keys', async () => {
    await page.locator('#field-map canvas').focus();
    for (const key of ['ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
    expect(await page.locator('#field-map [aria-live]').textContent()).toMatch(
      /^Week1_\d+, [A-H]\d\d, site \d; predicted /,
    );
    await page.keyboard.press('Enter');
    await page.locator('dialog[open] .well-panel').waitFor();
    await page.keyboard.press('Escape');
  });

  it('sorts hits', async () => {
    const effects = () => page.locator('#hits-table .rows .row [role="gridcell"]:nth-child(3)').allTextContents();
    await page.locator('#hits-table').getByRole('button', { name: 'Effect' }).click();
    const sorted = (await effects()).map(Number);
    expect(sorted).toEqual(sorted.toSorted((a, b) => b - a));
    expect(await page.locator('#hits-table [aria-sort]').textContent()).toContain('Effect');
  });

  it('says the whole of what is cut in a cell of a table', async () => {
    await page.locator('#hits-table').getByRole('button', { name: 'Note' }).click();
    const note = page.locator('#hits-table [role="gridcell"]:last-child').first();
    const title = async () => {
      // A table draws its rows anew where it scrolls.
      await note.hover();
      return note.getAttribute('title');
    };
    await expect.poll(title).toMatch(/^only kills: .* of what the treatment does$/);
  });

  it.each(['#treatments-table', '#hits-table'])(
    'chooses the fields of a treatment in %s, by a click or Enter',
    async (id) => {
      const table = page.locator(id);
      await table.scrollIntoViewIfNeeded();
      const row = table.locator('.rows .row').nth(2);
      const name = (await row
        .locator('[role="gridcell"]')
        .nth(id === '#hits-table' ? 1 : 0)
        .textContent())!;
      const before = (await table.boundingBox())!.y;
      await row.click();
      await expect.poll(() => page.locator('#filters .treatment .name').textContent()).toBe(`Treatment: ${name}`);
      expect(await table.locator('.chosen').count()).toBe(1);
      // The gallery above has fewer pictures now: the table stays where it was on the screen.
      expect((await table.boundingBox())!.y).toBeCloseTo(before, 0);
      const count = await chosen();
      expect(count).toBeLessThan(360);
      await page
        .locator('#filters')
        .getByRole('button', { name: `Clear the treatment ${name}` })
        .click();
      expect([await chosen(), await page.locator('#filters .treatment .name').count()]).toEqual([360, 0]);
      await table.focus();
      await page.keyboard.press('Enter');
      expect(await chosen()).toBe(count);
      await clear();
    },
  );

  it('keeps the section that is read on the screen, however much shorter it becomes', async () => {
    await page.evaluate(
      'scrollTo(0, scrollY + document.querySelector("#gallery").getBoundingClientRect().bottom - 300)',
    );
    const gallery = async () => (await page.locator('#gallery').boundingBox())!;
    const before = await gallery();
    await page.locator('#filters select').first().selectOption('1');
    await expect.poll(async () => (await gallery()).height).toBeLessThan(before.height / 2);
    // It is shown from its beginning, just below the filters.
    const bar = (await page.locator('#filters').boundingBox())!;
    await expect.poll(async () => Math.abs((await gallery()).y - bar.height)).toBeLessThan(2);
    await clear();
  });

  it('opens the well of a point of a dose-response curve, by a click or by keys', async () => {
    const plot = page.locator('#dose-response .plot').first();
    const point = plot.locator('.opens').nth(5);
    const where = /^(\w+), ([^;]+);/.exec((await point.getAttribute('aria-label'))!)!;
    await point.click({ force: true });
    expect(await page.locator('dialog[open] h4').textContent()).toBe(`Well ${where[1]}, ${where[2]}`);
    expect(await page.locator('.plate-and-well .well h4').textContent()).toBe(`Well ${where[1]}, ${where[2]}`);
    await page.keyboard.press('Escape');
    await plot.locator('.opens[tabindex="0"]').focus();
    for (const key of ['Home', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
    await page.locator('dialog[open] .well-panel').waitFor();
    await page.keyboard.press('Escape');
  });

  it('has only the visible rows of a table in the document', async () => {
    expect(await page.locator('#fields-table .rows .row').count()).toBeLessThan(40);
  });

  it('says its keys', async () => {
    await page.locator('body').press('?');
    await page.locator('#keys[open]').waitFor();
    await page.keyboard.press('Escape');
  });

  it.each(['light', 'dark'] as const)('has nothing that axe-core finds serious in %s', async (colorScheme) => {
    // A small report: all kinds of elements, and few of each.
    const small = await open(
      await write('small', { plates: 2, rows: 2, columns: 3, sites: 1, classes: 3, thumbnails: 6 }),
    );
    await small.emulateMedia({ colorScheme });
    // Themes differ in their colours alone.
    const only = colorScheme === 'dark' ? { only: 'color-contrast' } : {};
    // A page hears of another scheme a moment later.
    await small.waitForSelector(`html[data-theme="${colorScheme}"]`);
    expect(await seriousFindings(small, only)).toEqual([]);
  });

  it('prints every section, without controls', async () => {
    await page.emulateMedia({ media: 'print', colorScheme: 'light' });
    const sections = await page.locator('main > section').count();
    expect(sections).toBe(await page.locator('#navigation a').count());
    for (let i = 0; i < sections; i++) expect(await page.locator('main > section').nth(i).isVisible()).toBe(true);
    for (const control of ['#filters', '#navigation', '.tools'])
      expect(await page.locator(control).isVisible()).toBe(false);
    await page.setViewportSize({ width: 760, height: 1080 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(760);
    expect(await page.locator('#fields-table').textContent()).toMatch(/… and \d+ more rows/);
    await page.emulateMedia({ media: 'screen' });
  });

  it('has the same grid for every plate, whatever wells it has, and arrows go on over places without a well', async () => {
    const sparse = await open(
      await write('sparse', {
        plates: 2,
        rows: 9,
        columns: 2,
        sites: 1,
        classes: 2,
        thumbnails: 0,
        assay: false,
        galleries: 0,
      }),
    );
    expect(await sparse.locator('.plate-map .none').count()).toBe(384 - 18);
    const sizes = await sparse.evaluate(
      '[...document.querySelectorAll(".small-plates canvas")].map((one) => [one.width, one.height])',
    );
    expect(sizes).toEqual([
      [96, 64],
      [96, 64],
    ]);
    await sparse.locator('.plate-map [tabindex="0"]').focus();
    for (const key of ['ArrowRight', 'PageDown', 'Enter']) await sparse.keyboard.press(key);
    expect(await sparse.locator('.well h4').textContent()).toMatch(/^Well I02, /);
    await sparse.close();
  });

  it('leaves out what a comparison has not, and shows what it has', async () => {
    const row = { method: 'mean', kind: 'network' as const, pooling: 'mean', head: 'softmax', protocol: 'replicate' };
    const counts = { folds: 2, fields: 10, correctFields: 9, meanClassAccuracy: 0.9, meanAveragePrecision: 0.95 };
    const { document, files } = await simulateReport({
      plates: 1,
      rows: 1,
      columns: 1,
      thumbnails: 0,
      galleries: 0,
      assay: false,
    });
    const comparison = {
      rows: [1, 2].map((seed) => ({ ...row, ...counts, seed, treatments: 4, correctTreatments: 4 })),
      figures: [{ caption: 'Accuracy of each method', svg: '<svg xmlns="http://www.w3.org/2000/svg"></svg>' }],
    };
    const segmentation = {
      columns: ['Field', 'MeanIU'],
      rows: [
        ['1', '0.81'],
        ['2', '0.79'],
      ],
      summary: ['Mean IU is 0.80'],
    };
    const bare = { ...document, fields: null, metrics: null, training: null, skipped: [], comparison, segmentation };
    const parts: string[] = [];
    for await (const part of reportPage({ ...bare, title: 'A </script><b>title</b>' }, files)) parts.push(part);
    const path = join(folder, 'comparison.html');
    await writeFile(path, parts.join(''));
    const opened = await open(path);
    expect(await opened.locator('#navigation a').allTextContents()).toEqual([
      'Summary',
      'Comparison',
      'Segmentation',
      'How it was made',
    ]);
    expect(await opened.locator('h1').textContent()).toBe('A </script><b>title</b>');
    expect(await opened.locator('#comparison td').allTextContents()).toEqual(
      expect.arrayContaining(['Mean', '0.900', '4 of 4']),
    );
    expect(await opened.locator('#overlap-table .rows .row').count()).toBe(2);
    await opened.close();
  });

  it('has nothing wider than a phone; a plate of pictures scrolls in itself, beside the letters of its rows', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await page.locator('[data-layer="pictures"]').click();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    const left = async (selector: string) => (await page.locator(`.plate-map ${selector}`).first().boundingBox())!.x;
    const [letter, well] = [await left('[role="rowheader"]'), await left('[data-well="C04"]')];
    await page.evaluate('document.querySelector(".plate-map").scrollLeft = 100');
    expect(await left('[role="rowheader"]')).toBeCloseTo(letter, 0);
    expect(await left('[data-well="C04"]')).toBeCloseTo(well - 100, 0);
  });

  it('has whole words in its filters on a phone, and low rows in the table of doses', async () => {
    const widths = await page.evaluate(
      '[...document.querySelectorAll("#filters select, #filters input")].map((one) => one.clientWidth)',
    );
    expect(Math.min(...(widths as number[]))).toBeGreaterThan(125);
    const heights = await page.evaluate(
      '[...document.querySelectorAll("#dose-response tbody tr")].map((one) => one.clientHeight)',
    );
    expect(Math.max(...(heights as number[]))).toBeLessThan(60);
  });

  it('requests nothing, and nothing fails', () => {
    expect(watched.length).toBeGreaterThan(2);
    for (const opened of watched) expect([leaving(opened, opened.path), opened.errors]).toEqual([[], []]);
  });
});

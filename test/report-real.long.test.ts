/** Reports on real screens in a browser: a run on BBBC021, hits with dose-response on BBBC013, and a comparison. */
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compare, hits, train } from '../src/index.ts';
import { createNodeHost } from '../src/workflows/node/node-host.ts';
import { predict } from '../src/workflows/predict/predict.ts';
import {
  describeInChromium,
  leaving,
  openReport,
  seriousFindings,
  startChromium,
  type WatchedPage,
} from './chromium.ts';
import { firstOfEach, readRows, writeRealTable } from './real-tables.ts';
import { describeWithSharedData } from './shared-data.ts';
import { temporaryFolder } from './temporary-folder.ts';

describeInChromium('reports on real screens', () => {
  describeWithSharedData('from training to the page', (data) => {
    const folder = temporaryFolder();
    const at = (name: string) => join(folder, name);
    let browser: Browser;
    let mechanisms: string;

    beforeAll(async () => {
      browser = await startChromium();
      const rows = await readRows(join(data, 'bbbc021/fields.csv'));
      const some = firstOfEach(rows, 8, (row) => `${row.Metadata_MOA} ${row.Metadata_Replicate}`);
      mechanisms = await writeRealTable(at('mechanisms.csv'), join(data, 'bbbc021'), some);
    });
    afterAll(() => browser?.close());

    /** Looks at a page with `use`; then nothing has left it, failed in it, or is a serious finding of axe-core. */
    async function look(path: string, use: (page: WatchedPage['page']) => Promise<void>): Promise<void> {
      const opened = await openReport(browser, path);
      await use(opened.page);
      expect(await seriousFindings(opened.page)).toEqual([]);
      expect([leaving(opened, path), opened.errors]).toEqual([[], []]);
      await opened.page.close();
    }

    const chosen = async (page: WatchedPage['page']) =>
      Number.parseInt((await page.locator('#filters .count').textContent())!, 10);

    it('shows wells, confusion and classes of a run on BBBC021', async () => {
      const out = at('run');
      const options = { label: 'MOA', holdout: ['Replicate=2'], epochs: 2, crop: 128, validation: 0, out };
      const { metrics } = await train(mechanisms, options);
      await look(join(out, 'report.html'), async (page) => {
        expect(await page.locator('#summary, main > section').first().textContent()).toContain(
          `${metrics!.images.correct} of ${metrics!.images.n} fields`,
        );
        await page.locator('.plate-map [data-well]').first().click();
        expect(await page.locator('.well h4').textContent()).toMatch(/^Well [A-H]\d\d, /);
        expect(await page.locator('.well figure.site').count()).toBeGreaterThan(0);
        const cell = page.locator('.matrix .cell:not(.zero)').first();
        const n = Number(/^\d+/.exec((await cell.getAttribute('aria-label'))!)![0]);
        await cell.click();
        expect(await chosen(page)).toBe(n);
        await page.getByRole('button', { name: 'Clear filters' }).click();
        const row = page.locator('#class-table tbody tr').first();
        await row.getByRole('button').click();
        expect(await chosen(page)).toBe(Number(await row.locator('td').first().textContent()));
        await page.getByRole('button', { name: 'Clear filters' }).click();
        expect(await page.locator('#galleries figure img').count()).toBeGreaterThan(0);
        expect(await page.locator('[data-layer="novelty"]').count()).toBe(1);
      });
    });

    it('shows plate quality and curves of dose of BBBC013', async () => {
      const rows = await readRows(join(data, 'fkhr/fields.csv'));
      const half = (name: string, letters: string) =>
        writeRealTable(
          at(`${name}.csv`),
          join(data, 'fkhr'),
          rows.filter((row) => letters.includes(row.Metadata_Well![0]!)),
        );
      const [upper, lower] = [await half('upper', 'AE'), await half('lower', 'BF')];
      await train(upper, {
        label: 'Phenotype',
        epochs: 40,
        crop: 224,
        validation: 0,
        normalization: 'field',
        out: at('fkhr'),
      });
      const out = at('lower.predictions.csv');
      await predict({ model: at('fkhr'), screen: lower, out }, createNodeHost({}));
      const found = await hits(out, {
        ...{ controlColumn: 'Control', negative: ['negative'], positive: ['positive'], group: 'Series' },
        ...{ compound: 'Compound', dose: 'Concentration', unit: 'Unit', out: at('hits.csv') },
      });
      expect(found.doseResponse.map(({ compound }) => compound).toSorted()).toEqual(['LY294002', 'Wortmannin']);
      await look(found.report!, async (page) => {
        const text = (await page.locator('main').textContent())!;
        expect(text).toContain('24 wells of 1 plate were scored by log odds of nuclear against cytoplasmic');
        for (const { compound } of found.doseResponse) expect(text).toContain(compound);
        await page.locator('.plate-map [data-well="B07"]').click();
        expect(await page.locator('.well h4').textContent()).toBe('Well B07, 1049');
        expect(await page.locator('#hits-table .rows .row').count()).toBeGreaterThan(5);
        expect(await page.locator('svg [aria-label*="LY294002"], svg text').count()).toBeGreaterThan(10);
      });
    });

    it('shows methods of a comparison, with intervals', async () => {
      const out = at('comparison');
      await compare(mechanisms, {
        ...{ label: 'MOA', protocols: 'replicate', poolings: 'mean', baselines: 'majority-class,mean-intensity' },
        ...{ epochs: 1, crop: 128, validation: 0, out },
      });
      await look(join(out, 'report.html'), async (page) => {
        expect(await page.locator('#comparison td').allTextContents()).toEqual(expect.arrayContaining(['Mean']));
        expect(await page.locator('#comparison svg').count()).toBeGreaterThan(0);
      });
    });
  });
});

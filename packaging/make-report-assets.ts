/**
 * Bundles src/report/page/script and writes src/report/page/assets.ts.
 *
 * Run: npm run report-assets
 */
import { writeFile } from 'node:fs/promises';
import { compileReportAssets } from './compile-report-assets.ts';

await writeFile(new URL('../src/report/page/assets.ts', import.meta.url), await compileReportAssets());

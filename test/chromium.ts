import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { describe } from 'vitest';

/** Chromium of the machine: that of `CHROMIUM`, or of Debian's package. */
const chromiumPath = process.env.CHROMIUM ?? '/usr/bin/chromium';

const isHere = existsSync(chromiumPath);

/** Starts it without a window. Pages in it can reach nothing, so its own sandbox, which root can't have, is left out. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
}

/** Tests in a browser; where none is they are skipped under a title that says so, but never in continuous integration. */
export function describeInChromium(title: string, tests: () => void): void {
  if (isHere || process.env.CI !== undefined) describe(title, tests);
  else describe.skip(`${title} (skipped: ${chromiumPath} is not here; set CHROMIUM)`, tests);
}

/** A page in a browser, what it requested and what failed in it. */
export interface WatchedPage {
  readonly page: Page;
  readonly requests: readonly string[];
  readonly errors: readonly string[];
}

/** Opens the page of a report from the disk, on a screen of 1440 × 900 pixels. */
export async function openReport(browser: Browser, path: string): Promise<WatchedPage> {
  const requests: string[] = [];
  const errors: string[] = [];
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on('request', (request) => void requests.push(request.url()));
  page.on('pageerror', (error) => void errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  await page.goto(pathToFileURL(path).href);
  await page.waitForSelector('html[data-ready]');
  return { page, requests, errors };
}

/** Requests of a page other than itself and the pictures inside it. */
export function leaving({ requests }: Pick<WatchedPage, 'requests'>, path: string): readonly string[] {
  return requests.filter((url) => url !== pathToFileURL(path).href && !url.startsWith('data:'));
}

/** What axe-core finds serious in a page: the rule, and the first element. */
export async function seriousFindings(page: Page, { only }: { only?: string } = {}): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const options = { resultTypes: ['violations'], ...(only && { runOnly: [only] }) };
  const { violations } = (await page.evaluate(`axe.run(${JSON.stringify(options)})`)) as {
    readonly violations: readonly {
      readonly id: string;
      readonly impact: string;
      readonly nodes: readonly { readonly html: string }[];
    }[];
  };
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return serious.map(({ id, nodes }) => `${id}: ${nodes[0]!.html}`);
}

import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
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

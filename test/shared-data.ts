import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';

const folder = fileURLToPath(new URL('../../shared/data', import.meta.url));

/** The folder of real data beside the checkout, where there is one. It is never part of the project. */
const sharedData: string | undefined = existsSync(folder) ? folder : undefined;

/** Tests on real data; where it is absent they are skipped under a title that says so. */
export function describeWithSharedData(title: string, tests: (data: string) => void): void {
  if (sharedData === undefined) describe.skip(`${title} (skipped: ../shared/data is not here)`, () => tests(folder));
  else describe(title, () => tests(folder));
}

import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** Page faults of taking and freeing 24 MB in blocks again and again, in a process of its own, since it learns for good. */
const script = (keep: boolean) => `
  import { keepMemory } from ${JSON.stringify(new URL('./keep-memory.ts', import.meta.url).href)};
  if (${keep}) keepMemory();
  const drop = (blocks) => {
    const { port1, port2 } = new MessageChannel();
    port2.close();
    port1.postMessage(blocks, blocks);
    port1.close();
  };
  const round = async () => {
    drop(Array.from({ length: 12 }, () => new Uint8Array(2e6).fill(1).buffer));
    await new Promise((resolve) => setTimeout(resolve, 1));
  };
  for (let i = 0; i < 5; i++) await round();
  const before = process.resourceUsage().minorPageFault;
  for (let i = 0; i < 10; i++) await round();
  console.log(process.resourceUsage().minorPageFault - before);
`;

const faults = (keep: boolean) =>
  Number(
    execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script(keep)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );

const { header } = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };

it.runIf(header.glibcVersionRuntime !== undefined)('keeps memory that was freed for the next arrays', () => {
  expect(faults(true)).toBeLessThan(faults(false) / 4);
});

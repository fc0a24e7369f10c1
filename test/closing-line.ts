import type { Reporter } from 'vitest/node';

/** Ends a run with one plain line that any machine can read: `tests: 12 passed, 0 failed, 3 skipped`. */
export default class ClosingLine implements Reporter {
  onTestRunEnd: Reporter['onTestRunEnd'] = (modules) => {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[test.result().state]++;
    }
    const { passed, failed, skipped, pending } = counts;
    process.stdout.write(`tests: ${passed} passed, ${failed + pending} failed, ${skipped} skipped\n`);
  };
}

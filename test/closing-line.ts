import type { Reporter, TestCase } from 'vitest/node';

/** Ends a run with what was skipped, and a plain line that any machine can read: `tests: 12 passed, 0 failed, 3 skipped`. */
export default class ClosingLine implements Reporter {
  onTestRunEnd: Reporter['onTestRunEnd'] = (modules) => {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (...states: string[]) => tests.filter((test) => states.includes(test.result().state)).length;
    const skipped = new Map<string, number>();
    for (const test of tests.filter((one) => one.result().state === 'skipped')) {
      skipped.set(suiteOf(test), (skipped.get(suiteOf(test)) ?? 0) + 1);
    }
    for (const [suite, number] of skipped) process.stdout.write(`not run: ${suite}, ${number} tests\n`);
    const line = `${count('passed')} passed, ${count('failed', 'pending')} failed, ${count('skipped')} skipped`;
    process.stdout.write(`tests: ${line}\n`);
  };
}

/** The title of the outermost suite, or of the test itself. */
function suiteOf(test: TestCase): string {
  return test.fullName.split(' > ')[0]!;
}

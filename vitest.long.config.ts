import { defineConfig } from 'vitest/config';
import usual from './vitest.config.ts';

/** The tests that take long: those of the package, of containers, of memory and others. One file after the other, each in a process
 * of its own, whose memory is its own. */
export default defineConfig({
  test: { ...usual.test, include: ['test/**/*.long.test.ts'], exclude: [], maxWorkers: 1, isolate: true },
});

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Processes rather than threads: the native libraries of ONNX Runtime and sharp are loaded once in each.
    pool: 'forks',
    // Some tests train, and machines of continuous integration are slow: a timeout is for what hangs.
    testTimeout: 120_000,
    hookTimeout: 300_000,
    reporters: ['default', './test/closing-line.ts'],
  },
});

import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // What takes long is run by `npm run test:long`.
    exclude: [...configDefaults.exclude, '**/*.long.test.ts'],
    // Processes rather than threads: the native libraries of ONNX Runtime and sharp are loaded once in each.
    pool: 'forks',
    // Each process imports the sources once, for all of its files: a minute less. What a test changes in its process, an
    // environment variable or a working folder, it puts back.
    isolate: false,
    globalSetup: ['./test/shared-folder.setup.ts'],
    setupFiles: ['./test/equal-arrays.setup.ts'],
    // Commands in tests compute in one thread, so that as many files run side by side as there are cores.
    maxWorkers: availableParallelism(),
    // Some tests train, and machines of continuous integration are slow: a timeout is for what hangs.
    testTimeout: 120_000,
    hookTimeout: 300_000,
    reporters: ['default', './test/closing-line.ts'],
  },
});

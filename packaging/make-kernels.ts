/**
 * Compiles src/kernels/assembly and writes src/kernels/bytes.ts.
 *
 * Run: npm run kernels
 */
import { writeFile } from 'node:fs/promises';
import { compileKernels } from './compile-kernels.ts';

await writeFile(new URL('../src/kernels/bytes.ts', import.meta.url), await compileKernels());

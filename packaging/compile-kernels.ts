import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const SOURCE = fileURLToPath(new URL('../src/kernels/assembly/index.ts', import.meta.url));

/** The text of src/kernels/bytes.ts: the kernels as WebAssembly, in base64. @throws Error with what the compiler says */
export async function compileKernels(): Promise<string> {
  let bytes: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      SOURCE,
      ...['--outFile', 'kernels.wasm', '--runtime', 'stub', '--enable', 'simd', '--noAssert', '-O3'],
      ...['--importMemory', '--noExportMemory', '--maximumMemory', '65536', '--disableWarning', '112'],
    ],
    {
      writeFile(_name: string, contents: string | Uint8Array) {
        if (typeof contents !== 'string') bytes = contents;
      },
    },
  );
  if (error || !bytes) throw new Error(`${error?.message}\n${stderr.toString()}`);
  const lines = Buffer.from(bytes)
    .toString('base64')
    .match(/.{1,112}/g)!;
  return [
    '/** The kernels of assembly/index.ts as WebAssembly, in base64. Made by `npm run kernels`. */',
    'export const KERNELS =',
    `${lines.map((line) => `  '${line}'`).join(' +\n')};`,
    '',
  ].join('\n');
}

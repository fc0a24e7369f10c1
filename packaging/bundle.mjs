/**
 * Joins the compiled files of `dist/` into few, so that a command starts in two thirds of the time: what Node loads first are the files that
 * users or threads name, and what these share. Packages that the project depends on stay where they are.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
/** Where files would be written; they replace the compiled ones. */
const joined = fileURLToPath(new URL('../joined/', import.meta.url));
const compiled = readdirSync(dist, { recursive: true }).filter((path) => path.endsWith('.js'));
/** What has to stay a file of its own: the command, the library, threads and other processes. */
const entries = compiled.filter((path) =>
  /^(cli[/\\]milscope|index|library[/\\].*|.*\.(worker|child))\.js$/.test(path),
);

/** What stands for the place of a file, which joining changes. */
const PLACE = /PLACE_OF\("([^"]+)"\)/g;
const keepPlaces = {
  name: 'places',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.js$/, namespace: 'file' }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const own = relative(dist, path).replaceAll('\\', '/');
      return { contents: text.replaceAll('import.meta.url', `PLACE_OF(${JSON.stringify(own)})`), loader: 'js' };
    }),
};

const outputs = [];
for (const [chunkNames, own] of [
  ['cli/parts', entries.filter((path) => path.startsWith('cli'))],
  ['library/parts', entries.filter((path) => /^(index|library)/.test(path))],
  // A thread loads a file of its own, which shares no parts.
  ...entries.filter((path) => /\.(worker|child)\.js$/.test(path)).map((path) => [undefined, [path]]),
]) {
  const { outputFiles } = await build({
    ...{ entryPoints: own.map((path) => join(dist, path)), outbase: dist, outdir: joined, write: false },
    ...{ bundle: true, packages: 'external', external: ['#*'], platform: 'node', format: 'esm', target: 'node20' },
    ...(chunkNames && { splitting: true, chunkNames: `${chunkNames}/[hash]` }),
    ...{ plugins: [keepPlaces], logLevel: 'warning' },
  });
  outputs.push(...outputFiles);
}
for (const path of compiled) rmSync(join(dist, path));
for (const { path, text } of outputs) {
  const own = relative(joined, path).replaceAll('\\', '/');
  const place = (_, file) =>
    `new URL(${JSON.stringify(posix.relative(posix.dirname(own), file))}, import.meta.url).href`;
  mkdirSync(dirname(join(dist, own)), { recursive: true });
  writeFileSync(join(dist, own), text.replaceAll(PLACE, place));
}

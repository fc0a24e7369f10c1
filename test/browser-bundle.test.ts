import { readdirSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What runs in a browser tab as well: folders whole, and the workflows with all that they import. */
const FOR_BROWSERS = [
  ...['onnx', 'network', 'training', 'prediction', 'localization', 'profiling', 'evaluation', 'pixels', 'tables'],
  ...['image', 'report', 'screen/join', 'screen/microscope', 'screen/simulation'],
  ...['train', 'predict', 'evaluate', 'segment'].map((name) => `workflows/${name}/${name}.ts`),
];

/** Packages that only Node can load. */
const NODE_PACKAGES = ['sharp', 'onnxruntime-node', 'yazl', 'yauzl', 'commander'];

const isNodeOnly = (name: string) =>
  isBuiltin(name) || NODE_PACKAGES.some((own) => name === own || name.startsWith(`${own}/`));

/** The files of a folder that a browser is to run: no tests, and none of the folders `node` and `testing`. */
function sourcesOf(place: string): string[] {
  if (place.endsWith('.ts')) return [join('src', place)];
  return readdirSync(join(root, 'src', place), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((path) => !/\/(node|testing)\//.test(path));
}

/** Bundles for a browser; what is of Node is left outside, so that the bundle says where it was imported. */
async function bundle(entryPoints: readonly string[]): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [...entryPoints],
    ...{ bundle: true, write: false, metafile: true, outdir: 'bundle', logLevel: 'silent' },
    ...{ platform: 'browser', format: 'esm', target: 'es2023', conditions: ['browser'], external: ['node:*'] },
    plugins: [
      {
        name: 'node-outside',
        setup: ({ onResolve }) =>
          onResolve({ filter: /^[^./#]/ }, ({ path }) => (isNodeOnly(path) ? { path, external: true } : undefined)),
      },
    ],
  });
  return metafile;
}

/** The shortest chain of imports from an entry to something of Node, each below what imports it; undefined without any. */
function leakOf({ inputs }: Metafile, entries: readonly string[]): string | undefined {
  const cameFrom = new Map<string, string | undefined>(entries.map((entry) => [entry, undefined]));
  // A map is walked in the order in which it grows: nearest first.
  for (const [file] of cameFrom) {
    for (const { path, external } of inputs[file]?.imports ?? []) {
      if (external && isNodeOnly(path)) return chain(cameFrom, file, path);
      if (!cameFrom.has(path)) cameFrom.set(path, file);
    }
  }
  return undefined;
}

function chain(cameFrom: ReadonlyMap<string, string | undefined>, file: string, leak: string): string {
  const files: string[] = [];
  for (let at: string | undefined = file; at !== undefined; at = cameFrom.get(at)) files.unshift(at);
  return [...files, leak].join('\n→ ');
}

/** The files of which something is in the bundle. */
function bundled({ outputs }: Metafile): string[] {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
}

describe('for a browser', () => {
  it.each(FOR_BROWSERS)('%s needs nothing of Node', async (place) => {
    const entries = sourcesOf(place);
    expect(entries.length).toBeGreaterThan(0);
    const metafile = await bundle(entries);
    expect(leakOf(metafile, entries)).toBeUndefined();
    expect(bundled(metafile).filter((file) => /zod\/.*\/locales\/(?!(en|index)\.)/.test(file))).toEqual([]);
  });

  it('a module of Node is found behind any number of imports, with the way to it', async () => {
    const entry = 'src/workflows/node/node-host.ts';
    expect(leakOf(await bundle([entry]), [entry])).toBe(`${entry}\n→ node:os`);
  });
});

/** What is measured is compiled first, so that neither time nor memory is spent on a loader of TypeScript. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../../', import.meta.url);
const compiled = new URL('bench-run/compiled/', root);
const done = new Set<string>();

/** Builds the package, once: the path of its command. */
export function builtCommand(): string {
  once('package', () =>
    execFileSync('npm', ['run', '-s', 'build'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] }),
  );
  return fileURLToPath(new URL('dist/cli/milscope.js', root));
}

/** Compiles the scripts of the engine, once: the path of one of them. */
export function compiledScript(name: string): string {
  once('scripts', () => {
    rmSync(compiled, { recursive: true, force: true });
    execFileSync('npx', ['tsc', '-p', 'bench/tsconfig.json'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    copyFileSync(new URL('package.json', root), new URL('package.json', compiled));
  });
  return fileURLToPath(new URL(`bench/${name}.js`, compiled));
}

function once(what: string, make: () => void): void {
  if (!done.has(what)) make();
  done.add(what);
}

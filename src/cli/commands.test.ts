import { isBuiltin } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { allCommands, commandsFor } from './commands.ts';

const commands = await allCommands();

const console = { out: () => {}, err: () => {}, terminal: undefined };

/** The help of a program of these commands. */
function helpOf(creators: readonly ((to: typeof console) => Command)[]): string {
  const program = new Command('milscope');
  for (const create of creators) program.addCommand(create(console));
  return program.helpInformation();
}

it('says of every command what the command says of itself', async () => {
  expect(helpOf(await commandsFor(['--help']))).toBe(helpOf(commands));
});

it.each([['predict'], ['help', 'predict']])('loads the command that is asked for: %s', async (...argv) => {
  const made = (await commandsFor(argv)).map((create) => create(console));
  expect(made.filter(({ options }) => options.length > 1).map((command) => command.name())).toEqual(['predict']);
});

it('loads all commands for a shell that completes them', async () => {
  const made = (await commandsFor(['completion', 'bash'])).map((create) => create(console));
  expect(made.filter(({ options }) => options.length > 1)).toHaveLength(commands.length - 1);
});

/** The packages that are loaded with a file of `src/cli`: those that it and its imports import, without what is imported later. */
async function loadedWith(entry: string): Promise<readonly string[]> {
  const file = fileURLToPath(new URL(entry, import.meta.url));
  const { metafile } = await build({
    ...{ entryPoints: [file], bundle: true, write: false, metafile: true, packages: 'external', logLevel: 'silent' },
    ...{ platform: 'node', format: 'esm', target: 'node20' },
    plugins: [
      {
        name: 'what is imported later',
        setup: ({ onResolve }) =>
          onResolve({ filter: /./ }, ({ kind, path }) =>
            kind === 'dynamic-import' ? { path, external: true } : undefined,
          ),
      },
    ],
  });
  const inputs = Object.entries(metafile.inputs);
  const name = relative(process.cwd(), file).replaceAll('\\', '/');
  const reached = new Set([inputs.find(([path]) => path === name)![0]]);
  const packages = new Set<string>();
  for (const path of reached) {
    for (const { path: to, kind, external } of metafile.inputs[path]!.imports) {
      if (kind !== 'import-statement') continue;
      if (!external) reached.add(to);
      else if (!isBuiltin(to)) packages.add(to);
    }
  }
  return [...packages].sort();
}

it('needs nothing but commander to write the help of the program', async () => {
  expect(await loadedWith('milscope.ts')).toEqual(['commander']);
});

it('examines a machine whose native libraries cannot be loaded', async () => {
  expect(await loadedWith('doctor/doctor.ts')).toEqual(['commander', 'pathe', 'zod']);
});

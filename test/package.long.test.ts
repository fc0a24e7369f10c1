/** The package as it would be published: what is in it, and that it works where nothing else is. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';
import { usersEnvironment } from './users-environment.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = temporaryFolder();
const home = join(folder, 'an empty folder');
const { version, exports: entries } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
  version: string;
  exports: Record<string, unknown>;
};

/** What a program can import: `milscope` and its subpaths. */
const modules = Object.keys(entries)
  .filter((path) => !path.endsWith('.json'))
  .map((path) => path.replace(/^\./, 'milscope'));

// Nothing but speed: what the registry has to say is not asked again.
const environment = { ...usersEnvironment, npm_config_prefer_offline: 'true', npm_config_audit: 'false' };

/** Runs npm or npx as a user does, which on Windows only a shell can. */
const npm = (cwd: string, command: string, ...argv: readonly string[]) =>
  run(command, argv, { cwd, env: environment, shell: process.platform === 'win32', maxBuffer: 1e8 });

/** Runs the installed command. */
const milscope = (...argv: readonly string[]) =>
  run(process.execPath, [join(home, 'node_modules/milscope/dist/cli/milscope.js'), ...argv], {
    cwd: home,
    env: environment,
  });

let files: readonly string[];

beforeAll(async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const [install] = /^npm install .*\.tgz$/m.exec(readme) ?? [''];
  // As in a fresh clone, where nothing was built.
  await rm(join(root, 'dist'), { recursive: true, force: true });
  const { stdout } = await npm(root, 'npm', 'pack', '--json', '--pack-destination', folder);
  const packed = Object.values(
    JSON.parse(stdout) as Record<string, { filename: string; files: { path: string }[] }>,
  )[0]!;
  files = packed.files.map(({ path }) => path);
  await mkdir(home);
  await copyFile(join(folder, packed.filename), join(home, packed.filename));
  const [command, ...argv] = install.split(' ');
  await npm(home, command!, ...argv);
  await rm(join(home, packed.filename));
}, 600_000);

describe('the package', () => {
  it('holds what is needed to run, and no tests', () => {
    const outside = files.filter((path) => !path.startsWith('dist/')).sort();
    expect(outside).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
    expect(files).toEqual(expect.arrayContaining(['dist/cli/milscope.js', 'dist/index.js', 'dist/index.d.ts']));
    expect(files.filter((path) => /\.test\.|^test|bench|demo|\.map$|(?<!\.d)\.ts$/.test(path))).toEqual([]);
  });

  it('knows its commands and finds its way around the machine', async () => {
    const npx = await npm(home, 'npx', '--no-install', 'milscope', '--version');
    expect(npx.stdout.trim()).toBe(version);
    expect((await milscope('predict', '--help')).stdout).toContain('--out <file>');
    const { stdout } = await milscope('doctor', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, versions: { milscope: version } });
  });

  it('simulates, trains in worker threads, predicts, profiles and evaluates', async () => {
    const screen = ['--classes', '2', '--plates', '2', '--wells', '2', '--sites', '1', '--size', '64'];
    await milscope('simulate', 'screen', ...screen);
    const how = ['--epochs', '1', '--threads', '2', '--batch', '2', '--crop', '64'];
    const what = ['--label', 'Phenotype', '--holdout', 'Plate=Plate2'];
    const trained = await milscope('train', 'screen/fields.csv', ...what, ...how, '--out', 'run');
    expect(trained.stdout).toContain('2 fields that were held out');
    await milscope('predict', 'run/model.onnx', 'screen/fields.csv', '--out', 'predictions.csv');
    const profile = ['--nuclei-channel', 'DNA', '--out', 'profiles.csv', '--threads', '2'];
    expect((await milscope('profile', 'screen/fields.csv', ...profile)).stdout).toContain('4 fields with');
    const { stdout } = await milscope('evaluate', 'predictions.csv', '--label', 'Phenotype', '--json');
    expect(JSON.parse(stdout).images.n).toBe(4);
    expect((await readdir(home)).sort()).toEqual(
      [
        ...['node_modules', 'package-lock.json', 'package.json', 'predictions.report.html', 'report', 'run', 'screen'],
        // A record beside each table says that it is whole.
        ...['predictions.csv', 'predictions.csv.record.json', 'profiles.csv', 'profiles.csv.record.json'],
      ].sort(),
    );
  });

  it('is a library too', async () => {
    await writeFile(
      join(home, 'program.mjs'),
      `import { openScreen } from 'milscope';
       const { channels, fields } = await openScreen('screen/fields.csv');
       console.log(channels.join(), fields.length);
       for (const name of ${JSON.stringify(modules)}) console.log(name, Object.keys(await import(name)).length > 0);`,
    );
    const { stdout } = await run(process.execPath, ['program.mjs'], { cwd: home, env: environment });
    expect(stdout.trim().split('\n')).toEqual(['DNA,Actin,Tubulin 4', ...modules.map((name) => `${name} true`)]);
  });
});

describe.concurrent('the types of the package', { timeout: 300_000 }, () => {
  /** What a program of a user is: every name that the package exports, and some of them in use. */
  const program = `
    ${modules.map((name, i) => `export * as module${i} from '${name}';`).join('\n')}
    import { isMilscopeError, openScreen } from 'milscope';
    import { evaluatePredictions, type PredictionTable } from 'milscope/evaluation';
    import { poolingCurvesPlot, renderSvg } from 'milscope/plots';

    export async function channelsOf(path: string): Promise<readonly string[]> {
      try {
        return (await openScreen(path)).channels;
      } catch (error) {
        if (!isMilscopeError(error)) throw error;
        const row: number | undefined = error.details.row;
        return [error.tag, String(row)];
      }
    }
    export const accuracyOf = (table: PredictionTable): number => evaluatePredictions(table, { label: 'MOA' }).images.accuracy;
    export const curve: Promise<string> = renderSvg(poolingCurvesPlot([{ pooling: 'mean' }]));
    // @ts-expect-error: there is no such pooling function. Were the types lost, this line would be none.
    export const wrong = poolingCurvesPlot([{ pooling: 'median' }]);
  `;

  // A program for Node.js has the types of Node.js; one that is bundled for a page has those of the page.
  const programs = [
    { moduleResolution: 'NodeNext', module: 'NodeNext', lib: ['ES2023'], types: ['node'] },
    { moduleResolution: 'bundler', module: 'ESNext', lib: ['ES2023', 'DOM'], types: [] },
  ];
  const compilers = ['@typescript/native/bin/tsc', 'typescript/bin/tsc6'];
  it.each(compilers.flatMap((compiler) => programs.map((options) => ({ compiler, options }))))(
    'compile in a strict program by $options.moduleResolution with $compiler',
    async ({ compiler, options }) => {
      const at = join(home, `${options.moduleResolution} ${compilers.indexOf(compiler)}`);
      await mkdir(at);
      await writeFile(join(at, 'program.ts'), program);
      const compilerOptions = {
        ...options,
        target: 'ES2023',
        typeRoots: [join(root, 'node_modules/@types')],
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        skipLibCheck: false,
        declaration: true,
        outDir: 'out',
      };
      await writeFile(join(at, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
      const tsc = join(root, 'node_modules', compiler);
      const compiled = await run(process.execPath, [tsc, '-p', at], { cwd: at, env: environment }).catch(
        (error) => error,
      );
      expect(compiled.stdout).toBe('');
      expect(await readdir(join(at, 'out'))).toContain('program.d.ts');
    },
  );
});

it('the lockfile has the binaries of every platform, with one left out npm ci refuses, and names no registry', async () => {
  const text = await readFile(join(root, 'package-lock.json'), 'utf8');
  const { packages } = JSON.parse(text) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const optional = Object.values(packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
  expect(
    optional.filter((name) => !Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`))),
  ).toEqual([]);
  expect(text).not.toContain('"resolved"');
});

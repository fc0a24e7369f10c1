/** The package as it would be published: what is in it, and that it works where nothing else is. */
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = temporaryFolder();
const home = join(folder, 'an empty folder');

/** What npm, vitest and the project's own settings put into the environment, and a user's terminal does not have. */
const OURS =
  /^(npm_(package|lifecycle|command|execpath|node|config_(local_prefix|ignore_scripts))|node_(options|path|env)|vite|init_cwd)/i;
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OURS.test(name)));

/** Runs the installed command. */
const milscope = (...argv: string[]) =>
  run('npx', ['--no-install', 'milscope', ...argv], {
    cwd: home,
    env: environment,
    shell: process.platform === 'win32',
  });

let files: string[];

beforeAll(async () => {
  const npm = (cwd: string, ...argv: string[]) =>
    run('npm', argv, { cwd, env: environment, shell: process.platform === 'win32', maxBuffer: 1e8 });
  await npm(root, 'run', 'build');
  const { stdout } = await npm(root, 'pack', '--json', '--pack-destination', folder);
  const [packed] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  files = packed.files.map(({ path }) => path);
  await mkdir(home);
  await writeFile(join(home, 'package.json'), '{ "private": true, "type": "module" }\n');
  await npm(
    home,
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    join(folder, packed.filename),
  );
}, 600_000);

describe('the package', () => {
  it('holds what is needed to run, and no tests', () => {
    const outside = files.filter((path) => !path.startsWith('dist/')).sort();
    expect(outside).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
    expect(files).toEqual(expect.arrayContaining(['dist/cli/milscope.js', 'dist/index.js', 'dist/index.d.ts']));
    expect(files.filter((path) => /test|bench|demo|\.map$|(?<!\.d)\.ts$/.test(path))).toEqual([]);
  });

  it('knows its commands and finds its way around the machine', async () => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    expect((await milscope('--version')).stdout.trim()).toBe(version);
    expect((await milscope('predict', '--help')).stdout).toContain('--out <file>');
    const { stdout } = await milscope('doctor', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, versions: { milscope: version } });
  });

  it('simulates, trains in worker threads, predicts and evaluates', async () => {
    await milscope(
      'simulate',
      'screen',
      '--classes',
      '2',
      '--plates',
      '2',
      '--wells',
      '2',
      '--sites',
      '1',
      '--size',
      '64',
    );
    const train = [
      '--label',
      'Phenotype',
      '--holdout',
      'Plate=Plate2',
      '--epochs',
      '1',
      '--threads',
      '2',
      '--batch',
      '2',
    ];
    const trained = await milscope('train', 'screen/fields.csv', ...train, '--crop', '64', '--out', 'run');
    expect(trained.stdout).toContain('2 fields that were held out');
    await milscope('predict', 'run/model.onnx', 'screen/fields.csv', '--out', 'predictions.csv');
    const profile = ['--nuclei-channel', 'DNA', '--out', 'profiles.csv', '--threads', '2'];
    expect((await milscope('profile', 'screen/fields.csv', ...profile)).stdout).toContain('4 fields with');
    const { stdout } = await milscope('evaluate', 'predictions.csv', '--label', 'Phenotype', '--json');
    expect(JSON.parse(stdout).images.n).toBe(4);
    expect((await readdir(home)).sort()).toEqual(
      ['node_modules', 'package-lock.json', 'package.json', 'predictions.csv', 'profiles.csv', 'run', 'screen'].sort(),
    );
  });

  it('is a library too', async () => {
    await writeFile(
      join(home, 'program.js'),
      `import { readScreen } from 'milscope';
       const { channels, fields } = await readScreen('screen/fields.csv');
       console.log(channels.join(), fields.length);`,
    );
    const { stdout } = await run(process.execPath, ['program.js'], { cwd: home, env: environment });
    expect(stdout.trim()).toBe('DNA,Actin,Tubulin 4');
  });
});

it('the lockfile has the binaries of every platform: with one left out, npm ci refuses', async () => {
  const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const optional = Object.values(packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
  expect(
    optional.filter((name) => !Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`))),
  ).toEqual([]);
});

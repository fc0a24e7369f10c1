/**
 * The Dockerfile, step by step and without a Docker engine: every stage is a folder, and the instructions do there what
 * they would do in an image, on the Node.js and the system that run this test.
 */
import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseCopy, parseDockerfile, parseSetting } from '../packaging/dockerfile.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { usersEnvironment } from './users-environment.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = temporaryFolder();

/** Paths that a command names and that belong to the image: the others (/bin/sh, say) are this machine's. */
const OF_THE_IMAGE = /(?<![\w./-])\/(?=(?:opt|usr\/local|data)(?:\/|\b))/g;

interface Ran {
  readonly at: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly entry: readonly string[];
}

/** Does what the instructions of a stage say in the folder `at`; `built` holds the stages before it. */
async function runStage(stage: ReturnType<typeof parseDockerfile>[number], at: string, built: Map<string, string>) {
  const inside = (path: string) => join(at, path);
  let environment: Record<string, string | undefined> = {
    ...usersEnvironment,
    npm_config_prefer_offline: 'true',
    PATH: [inside('/usr/local/bin'), dirname(process.execPath), process.env.PATH].join(delimiter),
  };
  let here = '/';
  let entry: readonly string[] = [];
  for (const path of ['/opt', '/usr/local/bin', '/tmp']) await mkdir(inside(path), { recursive: true });
  for (const { name, text } of stage.instructions) {
    if (name === 'WORKDIR') {
      here = posix.resolve(here, text);
      await mkdir(inside(here), { recursive: true });
    } else if (name === 'COPY') {
      const { from, sources, target } = parseCopy(text);
      for (const source of sources) {
        const to = posix.resolve(here, target, target.endsWith('/') ? posix.basename(source) : '.');
        // That .dockerignore lets through what is copied from the checkout is held by container.test.ts.
        await cp(from === undefined ? join(root, source) : join(built.get(from)!, source), inside(to), {
          recursive: true,
          verbatimSymlinks: true,
        });
      }
    } else if (name === 'RUN') {
      if (/\b(apt-get|useradd|adduser)\b/.test(text)) console.log(`not run without an image: RUN ${text}`);
      else {
        const command = text.replaceAll(OF_THE_IMAGE, `${at}/`);
        await run('/bin/sh', ['-ec', command], { cwd: inside(here), env: environment, maxBuffer: 1e8 });
      }
    } else if (name === 'ENV') environment = { ...environment, ...Object.fromEntries([parseSetting(text)]) };
    else if (name === 'ENTRYPOINT') entry = JSON.parse(text);
    else expect(['LABEL', 'USER', 'CMD']).toContain(name);
  }
  return { at, folder: inside(here), environment, entry } satisfies Ran;
}

/** Rights of a user who owns nothing: only root can take them on. */
const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

describe.skipIf(process.platform === 'win32')('the Dockerfile', () => {
  let image: Ran;

  const milscope = (...argv: string[]) => {
    const [command, ...first] = image.entry;
    const options = { cwd: image.folder, env: { ...image.environment, TMPDIR: tmpdir() }, ...nobody };
    return run(command!, [...first, ...argv], options);
  };

  beforeAll(async () => {
    if (!('uid' in nobody)) console.log('run as whoever runs this test, since only root can become another user');
    const built = new Map<string, string>();
    const stages = parseDockerfile(await readFile(join(root, 'Dockerfile'), 'utf8'));
    for (const [i, stage] of stages.entries()) {
      const at = join(folder, stage.name ?? `stage-${i}`);
      await mkdir(at, { recursive: true });
      image = await runStage(stage, at, built);
      if (stage.name !== undefined) built.set(stage.name, at);
    }
    await chmod(folder, 0o755);
  }, 900_000);

  it('makes an image whose entry knows its version and can work', async () => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    expect(image.entry).toEqual(['milscope']);
    expect((await milscope('--version')).stdout.trim()).toBe(version);
    expect(JSON.parse((await milscope('doctor', '--json')).stdout)).toMatchObject({
      ok: true,
      versions: { milscope: version },
    });
  });

  it('leaves out what does not run there: sources, tools of development, binaries of other systems', async () => {
    const inside = join(image.at, 'opt/milscope');
    const listed = await readdir(inside);
    expect(listed.sort()).toEqual(['LICENSE', 'dist', 'node_modules', 'package.json']);
    for (const path of ['typescript', 'vitest', 'onnxruntime-node/bin/napi-v6/win32'])
      await expect(stat(join(inside, 'node_modules', path)), path).rejects.toThrow('ENOENT');
  });

  it('works in a folder that its user may write to', async () => {
    await chmod(image.folder, 0o777);
    await milscope(
      'simulate',
      'screen',
      '--classes',
      '2',
      '--plates',
      '1',
      '--wells',
      '2',
      '--sites',
      '1',
      '--size',
      '64',
    );
    const { stdout } = await milscope('inspect', 'screen/fields.csv', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ fields: { good: 2 } });
    const { uid } = await stat(join(image.folder, 'screen/fields.csv'));
    if ('uid' in nobody) expect(uid).toBe(nobody.uid);
  });
});

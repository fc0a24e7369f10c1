/** The Dockerfile, `.dockerignore` and the Apptainer definition agree. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { apptainerDefinition } from '../packaging/apptainer.ts';
import { parseCopy, parseDockerfile } from '../packaging/dockerfile.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (name: string) => readFile(join(root, name), 'utf8');
const stages = parseDockerfile(await read('Dockerfile'));

it('milscope.def is what packaging/apptainer.ts makes of the Dockerfile', async () => {
  expect(await read('milscope.def')).toBe(apptainerDefinition(await read('Dockerfile')));
});

it('.dockerignore lets through what the Dockerfile copies, and nothing else', async () => {
  const lines = (await read('.dockerignore')).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(lines[0]).toBe('*');
  const copied = stages
    .flatMap(({ instructions }) => instructions.filter(({ name }) => name === 'COPY'))
    .map(({ text }) => parseCopy(text))
    .flatMap(({ from, sources }) => (from === undefined ? sources : []));
  expect(lines.slice(1).sort()).toEqual(copied.map((source) => `!${source}`).sort());
  for (const source of copied) expect(existsSync(join(root, source)), source).toBe(true);
});

it('the image is Debian slim with a Node.js that package.json allows, and runs the command as a user without rights', async () => {
  for (const { image } of stages) expect(image).toMatch(/^node:(22|24|26)-\w+-slim$/);
  expect(new Set(stages.map(({ image }) => image)).size).toBe(1);
  const last = Object.fromEntries(stages.at(-1)!.instructions.map(({ name, text }) => [name, text]));
  expect(last).toMatchObject({ USER: 'node', ENTRYPOINT: '["milscope"]' });
});

it('an instruction that has no counterpart is refused, rather than left out', () => {
  const made = (line: string) => () => apptainerDefinition(`FROM node:24-bookworm-slim\n${line}\n`);
  expect(made('VOLUME /data')).toThrow('VOLUME has no counterpart');
  expect(made('COPY --chown=node src src')).toThrow('not understood');
  expect(made('ENV A=1 B=2')).toThrow('not understood');
  expect(made('RUN a && \\\n  b')()).toContain('    a && b\n');
});

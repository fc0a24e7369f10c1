/** Makes `milscope.def`, the Apptainer definition, from the Dockerfile: `npx tsx packaging/apptainer.ts`. */
import { readFile, writeFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseCopy, parseDockerfile, parseSetting, type Stage } from './dockerfile.ts';

/**
 * The Apptainer definition that does what a Dockerfile does, stage by stage. Apptainer copies every file before it runs
 * the first command, and runs a container as whoever starts it, in the folder it is started in: `USER` and the last
 * `WORKDIR` have no counterpart, nor has `CMD`.
 */
export function apptainerDefinition(dockerfile: string): string {
  const stages = parseDockerfile(dockerfile);
  const head = [
    '# milscope on Debian slim, for the processor; made from the Dockerfile by packaging/apptainer.ts. In a checkout:',
    '#   apptainer build milscope.sif milscope.def',
    '#   apptainer run milscope.sif doctor',
  ];
  return [head.join('\n'), ...stages.map(defineStage)].join('\n\n').concat('\n');
}

function defineStage({ image, name, instructions }: Stage): string {
  const files = new Map<string, string[]>();
  const post: string[] = [];
  const labels: string[] = [];
  const environment: string[] = [];
  let run: string | undefined;
  let folder = '/';
  let entered = '/';
  for (const { name: instruction, text } of instructions) {
    if (instruction === 'WORKDIR') folder = posix.resolve(folder, text);
    else if (instruction === 'COPY') {
      const { from, sources, target } = parseCopy(text);
      const header = from === undefined ? '%files' : `%files from ${from}`;
      const lines = sources.map((source) => `${source} ${copiedTo(source, target, folder)}`);
      files.set(header, [...(files.get(header) ?? []), ...lines]);
    } else if (instruction === 'RUN') {
      if (folder !== entered) post.push(`cd ${folder}`);
      entered = folder;
      post.push(text);
    } else if (instruction === 'ENV') {
      const [key, value] = parseSetting(text);
      post.push(`export ${key}="${value}"`);
      environment.push(`export ${key}="${value}"`);
    } else if (instruction === 'LABEL') labels.push(parseSetting(text).join(' '));
    else if (instruction === 'ENTRYPOINT') run = `exec ${(JSON.parse(text) as string[]).join(' ')} "$@"`;
    else if (instruction !== 'USER' && instruction !== 'CMD')
      throw new Error(`${instruction} has no counterpart in an Apptainer definition`);
  }
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ...files,
    ['%post', post],
    ['%environment', environment],
    ['%labels', labels],
    ['%runscript', run === undefined ? [] : [run]],
  ];
  return [
    ['Bootstrap: docker', `From: ${image}`, `Stage: ${name ?? 'final'}`].join('\n'),
    ...sections.flatMap(([header, lines]) =>
      lines.length === 0 ? [] : [[header, ...lines.map((line) => `    ${line}`)].join('\n')],
    ),
  ].join('\n\n');
}

/** Where a source lands: in a target that ends with a slash it keeps its name. */
function copiedTo(source: string, target: string, folder: string): string {
  const path = posix.resolve(folder, target);
  return target.endsWith('/') ? posix.join(path, posix.basename(source)) : path;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const at = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
  await writeFile(at('milscope.def'), apptainerDefinition(await readFile(at('Dockerfile'), 'utf8')));
}

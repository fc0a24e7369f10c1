/** One instruction of a Dockerfile. */
export interface Instruction {
  readonly name: string;
  /** What stands behind the name, on one line. */
  readonly text: string;
}

/** What stands between one `FROM` and the next. */
export interface Stage {
  readonly image: string;
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

/** A `COPY`, its paths as they are written. */
export interface Copy {
  /** Stage the sources are taken from; the checkout, where there is none. */
  readonly from: string | undefined;
  readonly sources: readonly string[];
  readonly target: string;
}

/** The stages of a Dockerfile. Comments are left out, and lines that end with a backslash are joined. */
export function parseDockerfile(text: string): readonly Stage[] {
  const lines = text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const instructions = lines.map((line): Instruction => {
    const [, name, rest] = /^([A-Z]+)\s+(.+)$/.exec(line.trim()) ?? [];
    if (!name || !rest) throw new Error(`no instruction of a Dockerfile: ${line}`);
    return { name, text: rest };
  });
  const starts = instructions.flatMap(({ name }, i) => (name === 'FROM' ? [i] : []));
  if (starts[0] !== 0) throw new Error('a Dockerfile starts with FROM');
  return starts.map((start, i) => {
    const [image, , name] = instructions[start]!.text.split(/\s+/);
    return { image: image!, name, instructions: instructions.slice(start + 1, starts[i + 1]) };
  });
}

/** The parts of a `COPY`. */
export function parseCopy(text: string): Copy {
  const [, from, rest] = /^(?:--from=(\S+)\s+)?(?!-)(.+)$/.exec(text) ?? [];
  const paths = rest?.split(/\s+/) ?? [];
  if (paths.length < 2) throw new Error(`a COPY that is not understood: ${text}`);
  return { from, sources: paths.slice(0, -1), target: paths.at(-1)! };
}

/** Name and value of an `ENV` or a `LABEL` that sets one. */
export function parseSetting(text: string): readonly [name: string, value: string] {
  const [, name, quoted, plain] = /^([\w.]+)=(?:"([^"]*)"|([^\s"]+))$/.exec(text) ?? [];
  if (!name) throw new Error(`a setting that is not understood: ${text}`);
  return [name, quoted ?? plain ?? ''];
}

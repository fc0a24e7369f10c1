/** The channels that one column of a table makes. */
export interface ColumnChannels {
  /** The name of the column, without `FileName_`. */
  readonly column: string;
  /** The planes of its files that are channels. */
  readonly taken: readonly number[];
  /** What the files call their planes, where they do. */
  readonly names?: readonly string[] | undefined;
}

/**
 * The names of the channels of a screen, each of which stands there once. A column of one channel gives it its own name
 * (`DNA`); of several, each has the name that the file gives it, or else that of the column with its place (`Image:0`).
 * A name that several have is led by that of the column (`Image:DAPI`), and where even that is not enough, given up.
 */
export function nameChannels(columns: readonly ColumnChannels[]): string[] {
  const choices = columns.flatMap(({ column, taken, names }) =>
    taken.map((plane): readonly [string, ...string[]] => {
      if (taken.length === 1) return [column];
      const [given, place] = [names?.[plane], `${column}:${plane}`];
      return given === undefined ? [place] : [given, `${column}:${given}`, place];
    }),
  );
  let chosen = choices.map(([first]) => first);
  for (const step of [1, 2]) {
    const counts = new Map<string, number>();
    for (const name of chosen) counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1);
    chosen = chosen.map((name, i) => (counts.get(name.toLowerCase()) === 1 ? name : (choices[i]![step] ?? name)));
  }
  const unique = new Set(chosen.map((name) => name.toLowerCase())).size === chosen.length;
  return unique ? chosen : choices.map((names) => names.at(-1)!);
}

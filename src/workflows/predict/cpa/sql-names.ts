/**
 * Names for columns that CellProfiler Analyst puts into SQL as they stand: letters, digits and `_` only, none twice in
 * whatever case. The names that fit already stay.
 */
export function sqlNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const plain = name.replaceAll(/[^A-Za-z0-9_]+/g, '_').replace(/^(?=\d|$)/, '_');
    let free = plain;
    for (let i = 2; taken.has(free.toLowerCase()); i++) free = `${plain}_${i}`;
    taken.add(free.toLowerCase());
    return free;
  });
}

/** A text as CellProfiler Analyst can put it between single quotes. */
export function sqlText(text: string): string {
  return text.replaceAll("'", "''");
}

/**
 * Names that any file system takes and that differ, for things with names of their own: letters, digits and a few signs stay. What
 * is left with nothing, with a name of `taken` or of one before it, is called by its `kind` and its place, from 1.
 */
export function fileNames(names: readonly string[], kind: string, taken: readonly string[] = []): string[] {
  const used = new Set(taken);
  return names.map((name, i) => {
    const plain = name.replaceAll(/[^\p{L}\p{N} ._+-]/gu, '_').trim();
    const free = plain !== '' && !/^\.+$/.test(plain) && !used.has(plain.toLowerCase());
    let chosen = free ? plain : `${kind} ${i + 1}`;
    for (let n = i + 2; used.has(chosen.toLowerCase()); n++) chosen = `${kind} ${n}`;
    used.add(chosen.toLowerCase());
    return chosen;
  });
}

/** Words that Python keeps for itself: no identifiers. */
const KEYWORDS = new Set(
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(
    ' ',
  ),
);

/**
 * Names as the identifiers that the specification wants of channels: those of Python, each different from the others.
 * What is no letter, digit or underscore becomes an underscore: `Eg5 inhibitors` is `Eg5_inhibitors`, `Image:0` is
 * `Image_0`.
 */
export function toIdentifiers(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    // Python compares identifiers in this form.
    const plain = name.normalize('NFKC').replaceAll(/[^\p{XID_Continue}]+/gu, '_');
    const begun = /^[\p{XID_Start}_]/u.test(plain) ? plain : `_${plain}`;
    const own = KEYWORDS.has(begun) ? `${begun}_` : begun;
    let identifier = own;
    for (let count = 2; taken.has(identifier); count++) identifier = `${own}_${count}`;
    taken.add(identifier);
    return identifier;
  });
}

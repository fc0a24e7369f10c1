/** A command in words, each in quotes where a shell would take it apart. */
export function typedCommand(...words: readonly string[]): string {
  return ['milscope', ...words.map(quoted)].join(' ');
}

function quoted(word: string): string {
  return /^[\p{L}\p{N}_@%+=:,./\\-]+$/u.test(word) ? word : `"${word.replaceAll(/["$`]/g, '\\$&')}"`;
}

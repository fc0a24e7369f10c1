/** Columns of a terminal that text is written for. */
export const LINE_WIDTH = 100;

/** Keeps both ends of a name, where names of one screen differ most. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const tail = Math.floor((length - 1) / 3);
  return `${text.slice(0, length - 1 - tail)}…${text.slice(text.length - tail)}`;
}

/** Breaks a line at blanks; what follows is indented by four. */
export function wrap(line: string): string[] {
  if (line.length <= LINE_WIDTH) return [line];
  const at = line.lastIndexOf(' ', LINE_WIDTH);
  if (at <= 4) return [line.slice(0, LINE_WIDTH), ...wrap(`    ${line.slice(LINE_WIDTH)}`)];
  return [line.slice(0, at), ...wrap(`    ${line.slice(at + 1)}`)];
}

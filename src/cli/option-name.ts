/** An option of the command line for a field of a request: `cellSize` is `--cell-size`. */
export function optionName(field: string): string {
  return `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

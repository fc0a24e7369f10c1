import { toBase64 } from '../../packed-numbers.ts';

/** Text as it stands in HTML and SVG, in attributes too. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** A picture that is part of the page. */
export function dataUri(bytes: Uint8Array): string {
  return `data:image/webp;base64,${toBase64(bytes)}`;
}

/** A table; cells are HTML, and those of `numbers` (places of columns) stand to the right. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  { numbers = [] }: { numbers?: readonly number[] } = {},
): string {
  const isNumber = new Set(numbers);
  const row = (cells: readonly string[], tag: 'th' | 'td') =>
    `<tr>${cells.map((cell, i) => `<${tag}${isNumber.has(i) ? ' class="n"' : ''}>${cell}</${tag}>`).join('')}</tr>`;
  const body = rows.map((cells) => row(cells, 'td')).join('\n');
  return `<div class="wide" tabindex="0"><table><thead>${row(header, 'th')}</thead><tbody>\n${body}\n</tbody></table></div>`;
}

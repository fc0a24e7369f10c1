import { textWidth } from '../plots/text-width.ts';
import { FONT, GREY } from '../plots/theme.ts';

/** A line of text at its left end and baseline. */
export interface Line {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  /** Height of the letters (pixels). */
  readonly size?: number;
  readonly bold?: boolean;
  readonly grey?: boolean;
  /** Its colour, in place of black or grey. */
  readonly fill?: string;
  readonly anchor?: 'start' | 'middle' | 'end';
  /** The text is cut, with an ellipsis, where it is wider (pixels). */
  readonly widest?: number;
}

/** SVG of a line of text. */
export function textSvg({ x, y, text, size = 14, bold, grey, anchor = 'start', widest, ...line }: Line): string {
  const fill = line.fill ?? (grey ? GREY : '#222222');
  const weight = bold ? ' font-weight="600"' : '';
  const shown = widest === undefined ? text : shortened(text, { size, widest });
  return `<text x="${x}" y="${y}" font-family='${FONT}' font-size="${size}"${weight} fill="${fill}" text-anchor="${anchor}">${escaped(shown)}</text>`;
}

/** A text in lines that are no wider than `widest` (pixels), broken at spaces. */
export function wrapped(text: string, { size, widest }: { size: number; widest: number }): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && textWidth({ fontSize: size }, longer) <= widest) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** The text, or as much of it from both ends as fits. */
function shortened(text: string, { size, widest }: { size: number; widest: number }): string {
  const fits = (some: string): boolean => textWidth({ fontSize: size }, some) <= widest;
  if (fits(text)) return text;
  const letters = Array.from(text);
  for (let kept = letters.length - 1; kept > 2; kept--) {
    const end = Math.floor(kept / 2);
    const some = `${letters.slice(0, kept - end).join('')}…${letters.slice(letters.length - end).join('')}`;
    if (fits(some)) return some;
  }
  return '…';
}

/** SVG of a line of squares of colour with their names, as far as they fit into `widest`; then on the next lines. */
export function legendSvg(
  entries: readonly { readonly colour: string; readonly name: string }[],
  { x, y, widest, lineHeight }: { x: number; y: number; widest: number; lineHeight: number },
): { readonly svg: string; readonly lines: number } {
  const size = 13;
  let [left, lines] = [0, 1];
  const parts = entries.map(({ colour, name }) => {
    const width = 18 + Math.min(widest - 18, textWidth({ fontSize: size }, name));
    if (left > 0 && left + width > widest) [left, lines] = [0, lines + 1];
    const [at, baseline] = [x + left, y + lineHeight * (lines - 1)];
    left += width + 12;
    const square = `<rect x="${at}" y="${baseline - 11}" width="12" height="12" fill="${colour}" stroke="#888888" stroke-width="0.5"/>`;
    return square + textSvg({ x: at + 18, y: baseline, text: name, size, widest: widest - 18 });
  });
  return { svg: parts.join(''), lines };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

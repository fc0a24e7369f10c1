import { escaped } from '../../inspection/html.ts';

/** A paragraph of plain text. */
export function paragraph(text: string, { soft = false }: { soft?: boolean } = {}): string {
  return `<p${soft ? ' class="soft"' : ''}>${escaped(withStop(text))}</p>`;
}

/** With a capital at its beginning and a full stop at its end. */
export function withStop(text: string): string {
  const last = /[.!?:]$/.test(text) ? '' : '.';
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${last}`;
}

/** A number with some digits behind the point; a dash where there is none. */
export function figure(value: number | null, digits: number): string {
  return value === null || Number.isNaN(value) ? '–' : value.toFixed(digits);
}

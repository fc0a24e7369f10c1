/** What summaries say beside a result. */
import type { ScreenOptions } from '../screen/screen-options.ts';
import { screenOptionsOf } from '../workflows/shared/open-screen.ts';
import { optionName } from './option-name.ts';

/** The options that a screen was read with, to read it in the same way. */
export function screenWords(request: ScreenOptions): readonly string[] {
  return Object.entries(screenOptionsOf(request)).flatMap(([field, value]) => [
    optionName(field),
    Array.isArray(value) ? value.join(',') : String(value),
  ]);
}

/** Where a report is, in a line; nothing without one. */
export function reportLine(report: string | null | undefined): string {
  return report == null ? '' : `Report: ${report}\n`;
}

/** Commands that are recommended: as they can be typed, with everything that they need. */
import type { ScreenOptions } from '../screen/screen-options.ts';
import { screenOptionsOf } from '../workflows/shared/open-screen.ts';
import { optionName } from './request-command.ts';

/** A command in words, each in quotes where a shell would take it apart. */
export function typedCommand(...words: readonly string[]): string {
  return ['milscope', ...words.map(quoted)].join(' ');
}

function quoted(word: string): string {
  return /^[\p{L}\p{N}_@%+=:,./\\-]+$/u.test(word) ? word : `"${word.replaceAll(/["$`]/g, '\\$&')}"`;
}

/** The options that a screen was read with, to read it in the same way. */
export function screenWords(request: ScreenOptions): readonly string[] {
  return Object.entries(screenOptionsOf(request)).flatMap(([field, value]) => [
    optionName(field),
    Array.isArray(value) ? value.join(',') : String(value),
  ]);
}

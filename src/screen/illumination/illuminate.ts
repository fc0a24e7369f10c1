import type { ScreenAccess } from '../access.ts';
import type { Field, Screen } from '../screen.ts';
import { functionsOfPlates } from './functions-of-plates.ts';

/** The word that stands for no correction at all where a table of functions may be named. */
export const NO_ILLUMINATION = 'none';

/**
 * The screen with the illumination functions that its pixels are divided by, and a note that says so: those that its own table
 * names, unless an option names another table or says `none`.
 *
 * @throws what `functionsOfPlates` throws
 */
export async function illuminate(
  screen: Screen,
  option: string | undefined,
  access: ScreenAccess,
): Promise<{ readonly screen: Screen; readonly isDivided: boolean }> {
  const given =
    option === undefined || option === NO_ILLUMINATION ? screen : await functionsOfPlates(screen, option, access);
  const divided = given.channels.filter((_, c) =>
    given.fields.some(({ sources }) => sources[c]?.illumination !== undefined),
  );
  if (divided.length === 0) return { screen: given, isDivided: false };
  const whose = divided.length === 1 ? 'its illumination function' : 'their illumination functions';
  const others = given.channels.filter((name) => !divided.includes(name));
  const rest = others.length === 0 ? '' : `; ${inWords(others)} ${others.length === 1 ? 'has' : 'have'} none`;
  const note = `Pixels of ${inWords(divided)} are divided by ${whose}${rest}`;
  return { screen: { ...given, notes: [...(given.notes ?? []), note] }, isDivided: true };
}

/** Names in a sentence: `DNA, Actin and Tubulin`. */
export function inWords(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** A field as its files have it, without any correction. */
export function uncorrected(field: Field): Field {
  return { ...field, sources: field.sources.map(({ illumination: _, ...source }) => source) };
}

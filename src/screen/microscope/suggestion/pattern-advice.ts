import { named } from '../../../errors.ts';
import { suggestPattern } from './suggest-pattern.ts';

/**
 * The words with which a user is told to describe names by a pattern: with one made of these very names where that can be
 * done, and otherwise with one that has the ending of most of them. To be put behind `describe the names`.
 */
export function patternAdvice(images: readonly string[]): string {
  const suggested = suggestPattern(images);
  if (suggested === undefined) {
    return `, such as ${named('pattern')} "(?<Well>[A-P]\\d\\d)_(?<Site>\\d+)_(?<Channel>\\w+)${usualEnding(images)}"`;
  }
  const { pattern, fits } = suggested;
  const all = fits === images.length ? 'all images' : `${fits} of ${images.length} images`;
  return `. This pattern fits ${all}, but what its groups are is a guess: ${named('pattern')} "${pattern}". Look at what milscope table makes of it, and correct the names of the groups where they are wrong`;
}

/** The ending that most of the names have, for a pattern. */
function usualEnding(images: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const path of images) {
    const [ending] = /\.\w+$/.exec(path) ?? [];
    if (ending !== undefined) counts.set(ending, (counts.get(ending) ?? 0) + 1);
  }
  const [[ending] = ['.tif']] = [...counts].sort(([, a], [, b]) => b - a);
  return `\\${ending}`;
}

/** Nouns whose plural is not made with an `s`. */
const plurals: Readonly<Record<string, string>> = {
  nucleus: 'nuclei',
  index: 'indices',
  axis: 'axes',
  epoch: 'epochs',
};

/**
 * A number of things in words: `1 field`, `2 fields`, `0 classes`.
 *
 * @param noun in the singular, maybe with words before it: `label image`
 * @example
 * counted(3, 'batch'); // 3 batches
 */
export function counted(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : pluralOf(noun)}`;
}

/** The plural of a noun, maybe with words before it. */
export function pluralOf(noun: string): string {
  const [, before = '', last = ''] = /^(.* )?(\S+)$/.exec(noun) ?? [];
  const known = plurals[last];
  if (known !== undefined) return before + known;
  if (/[^aeiou]y$/.test(last)) return `${noun.slice(0, -1)}ies`;
  return noun + (/(s|x|z|ch|sh)$/.test(last) ? 'es' : 's');
}

/** The form of a word that goes with a number of things: `agreeing(1, 'is', 'are')`. */
export function agreeing<Word extends string>(count: number, one: Word, many: Word): Word {
  return count === 1 ? one : many;
}

/** A number of pixels in words: `8.4 million`. */
export function pixelsInWords(pixels: number): string {
  return pixels < 1e5 ? String(Math.floor(pixels)) : `${Number((pixels / 1e6).toPrecision(2))} million`;
}

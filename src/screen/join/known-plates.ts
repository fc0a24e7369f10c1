import { comparableCell } from '../compare-cells.ts';

/** The plates of a screen, by which sheets and grids may be called. */
export interface KnownPlates {
  readonly names: readonly string[];
  /** The plate that a text names, perhaps as `Plate: P1`; undefined where there is none. */
  readonly find: (text: string | undefined) => string | undefined;
  /** The same, and what a text says beside the plate, as `P1 Dose` or `Dose, P1` does. */
  readonly divide: (text: string | undefined) => { readonly plate: string | undefined; readonly rest: string };
}

/** Words that stand before the name of a plate. */
const words =
  /^(?:(?:assay|source|destination)[\s_-]*)?(?:plate|platte|barcode)(?:[\s_-]*(?:name|id|number|no\.?|map|layout))?[\s_:=#-]+/i;

/** What looks like the name of a plate, and of nothing else. */
export const looksLikePlate = (text: string): boolean => /^(?:plate|platte|barcode|bc|pl?)[\s_-]*\d+$/i.test(text);

/** Finds plates by their names: as they are written, or else without regard to case, spaces and dashes. */
export function knownPlates(plates: Iterable<string>): KnownPlates {
  const names = [...new Set(plates)].filter((name) => name.trim() !== '');
  const exact = new Map(names.map((name) => [comparableCell('Plate', name), name]));
  const alike = new Map<string, string | undefined>();
  for (const name of names) alike.set(loose(name), alike.has(loose(name)) ? undefined : name);
  const find = (text = '') => {
    const own = text.trim();
    const found = [own, own.replace(words, '')].map(
      (name) => exact.get(comparableCell('Plate', name)) ?? alike.get(loose(name)),
    );
    return own === '' ? undefined : found.find((name) => name !== undefined);
  };
  // A text that names several plates says which of them a screen has.
  const namesOther = (text: string, plate: string) =>
    names.some((name) => name !== plate && loose(text).includes(loose(name)));
  return {
    names,
    find,
    divide(text = '') {
      const plate = find(text);
      if (plate !== undefined) return { plate, rest: '' };
      for (const { 0: between, index } of text.matchAll(/[\s_:,;()-]+/g)) {
        const parts = [
          text.slice(0, index).trim(),
          text
            .slice(index + between.length)
            .replace(/\)$/, '')
            .trim(),
        ] as const;
        for (const [part, rest] of [parts, parts.toReversed()]) {
          // A number beside other words may count anything.
          const own = /[^\d\s]/.test(part!.replace(words, '')) ? find(part) : undefined;
          if (own !== undefined && rest !== '' && !namesOther(rest!, own)) return { plate: own, rest: rest! };
        }
      }
      return { plate: undefined, rest: text.trim() };
    },
  };
}

function loose(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[\s_-]/g, '');
}

import type { Field, Screen } from '../../screen/screen.ts';
import { placeOf } from '../../screen/well.ts';
import { fileNames } from '../segment/file-names.ts';

/** The fields of each plate, by its name; an empty one where fields name no plate. */
export function fieldsByPlate({ fields }: Screen): ReadonlyMap<string, readonly Field[]> {
  const plates = new Map<string, Field[]>();
  for (const field of fields) {
    const { plate } = placeOf(field.metadata);
    plates.set(plate, [...(plates.get(plate) ?? []), field]);
  }
  return plates;
}

/** What channels are called in the table of functions: as where the screen is read, without `Orig`. */
export function functionChannels({ channelChoice, channels }: Screen): readonly string[] {
  return (channelChoice?.names ?? channels).map((name) => name.replace(/^orig(?=.)/i, ''));
}

/** The names of the files of functions: for each plate, one a channel. */
export function functionFiles(plates: readonly string[], screen: Screen): readonly (readonly string[])[] {
  const names = functionChannels(screen);
  const own = plates.map((name) => name || 'screen');
  const stems = fileNames(
    own.flatMap((plate) => names.map((name) => `${plate}_Illum${name}`)),
    'function',
  );
  return plates.map((_, p) => names.map((__, c) => `${stems[p * names.length + c]}.npy`));
}

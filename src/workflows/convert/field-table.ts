import { stringify } from '#csv-stringify/sync';
import { carriedColumns } from '../../evaluation/prediction-table.ts';
import { findNamed } from '../../screen/columns.ts';
import { PIXEL_SIZE_COLUMN } from '../../screen/pixel-size.ts';
import type { PlacedField, PlacedWell, PlateLayout } from '../../screen/plate-layout.ts';
import type { Screen } from '../../screen/screen.ts';
import { normalWell } from '../../screen/well.ts';

/** A field that was written, and where. */
export interface WrittenField {
  readonly plate: Pick<PlateLayout, 'name'>;
  readonly well: Pick<PlacedWell, 'name'>;
  readonly placed: PlacedField;
}

/** The columns that tell which field of a plate a row is of. */
export const PLACE_COLUMNS = ['Metadata_Plate', 'Metadata_Well', 'Metadata_Site'] as const;

/**
 * What a plate cannot say of its fields, as a table: {@link PLACE_COLUMNS}, by which it can be joined to them again, and the
 * metadata of the screen. Where its own plates, wells or sites are called otherwise they are `Metadata_Table_Plate` and so
 * on; `Metadata_Table_ImageNumber` is the number of the field there, and `Metadata_PixelSize` the side of a pixel (µm).
 */
export function formatFieldTable(
  screen: Screen,
  written: readonly WrittenField[],
  { pixelSize }: { pixelSize?: number | undefined } = {},
): string {
  const places = written.map(({ plate, well, placed }) => [plate.name, well.name, siteName(placed)]);
  const sized = pixelSize === undefined ? undefined : findNamed(screen.columns, PIXEL_SIZE_COLUMN);
  const known = carriedColumns(screen.columns.filter((column) => column !== sized));
  const taken = PLACE_COLUMNS.map((name) =>
    findNamed(
      known.map((own) => own.name),
      name,
    ),
  );
  const own = known.flatMap(({ column, name }) => {
    const place = taken.indexOf(name);
    if (place < 0) return [{ column, name }];
    const same = (text: string, found: string) => (place === 1 ? normalWell(text) === found : text.trim() === found);
    const kept = written.every(({ placed }, i) => same(placed.field.metadata[column] ?? '', places[i]![place]!));
    return kept ? [] : [{ column, name: PLACE_COLUMNS[place]!.replace('_', '_Table_') }];
  });
  return stringify([
    [
      ...[...PLACE_COLUMNS, ...own.map(({ name }) => name)],
      ...(pixelSize === undefined ? [] : [PIXEL_SIZE_COLUMN]),
      'Metadata_Table_ImageNumber',
    ],
    ...written.map(({ placed: { field } }, i) => [
      ...places[i]!,
      ...own.map(({ column }) => field.metadata[column] ?? ''),
      ...(pixelSize === undefined ? [] : [pixelSize]),
      field.imageNumber,
    ]),
  ]);
}

/** A site as the plate has it: the path of its image. */
function siteName({ site }: PlacedField): string {
  return String(site);
}

import { join } from '../../../files/paths.ts';
import { channelColoursOf } from '../../../pixels/channel-colours.ts';
import type { ReportDocument } from '../../../report/page/document.ts';
import { paintSheets } from '../../../report/pictures/sheets.ts';
import type { SmallField } from '../../../report/pictures/small-field.ts';
import { createStretching, type Stretching } from '../../../report/pictures/stretches.ts';
import type { Host } from '../../host.ts';
import type { ReportPlaces } from './places.ts';

/** A field that was made small, and its plate. */
export interface PlatedField {
  readonly plate: string;
  readonly small: SmallField;
}

/** What every plate is drawn between. */
export function stretchPlates(fields: Iterable<PlatedField>): Stretching {
  const stretching = createStretching();
  for (const { plate, small } of fields) stretching.add(plate, small);
  return stretching;
}

/** Writes the sheets of some fields, in their order. */
export async function writeSheets(
  fields: readonly PlatedField[],
  {
    channels,
    stretching,
    places: { folder, prefix },
  }: { readonly channels: readonly string[]; readonly stretching: Stretching; readonly places: ReportPlaces },
  { files, pictures, signal }: Pick<Host, 'files' | 'pictures' | 'signal'>,
): Promise<ReportDocument['sheets']> {
  const drawn = fields.map(({ plate, small }) => ({ small, stretches: stretching.of(plate) }));
  const sheets: ReportDocument['sheets'][number][] = [];
  for (const { mosaic, about } of paintSheets(drawn, channelColoursOf(channels))) {
    signal.throwIfAborted();
    const file = `${prefix}sheet-${String(sheets.length + 1).padStart(2, '0')}.webp`;
    await files.write(join(folder, file), await pictures.mosaic(mosaic));
    sheets.push({ file, ...about });
  }
  return sheets;
}

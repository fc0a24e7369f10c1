import { MilscopeError, named } from '../../errors.ts';
import type { Files } from '../../files/files.ts';
import type { Intensities, NormalizationScope, PlateMeasure } from '../../pixels/normalization.ts';
import { requireDistinct } from '../../tables/distinct-columns.ts';
import { parseNumber } from '../../tables/parse-number.ts';
import { readFittedRecords } from '../../tables/read-records.ts';
import { columnsOf, formatHeader, formatRows, type TableLayout } from '../../tables/table-layout.ts';
import { findColumn } from '../columns.ts';
import { listed } from '../compare-cells.ts';

/** How plates are measured, and in which channels. */
export interface PlateMeasuring {
  readonly channels: readonly string[];
  readonly scope: NormalizationScope;
  readonly measure: PlateMeasure;
}

/** The intensities of a plate, and of how many fields they are, where that is known. */
export interface PlateStatistics extends Intensities {
  readonly fields?: number | undefined;
}

/** The field of the request that names such a table. */
const OPTION = 'plateStatistics';

/** The column of the centre of intensities, which also says how they were described. */
const CENTRE: Readonly<Record<PlateMeasure, string>> = { mean: 'Mean', median: 'Median' };

/** The table of the intensities of plates: a row for each plate and channel, with all digits that the numbers have. */
export function formatPlateStatistics(
  plates: ReadonlyMap<string, PlateStatistics>,
  { channels, scope, measure }: PlateMeasuring,
): string {
  const layout: TableLayout<(string | number | undefined)[]> = {
    columns: [
      ...columnsOf('text', ['Metadata_Plate', 'Channel', 'Scope']),
      ...columnsOf('integer', ['Fields']),
      ...columnsOf('double', [CENTRE[measure], 'Deviation']),
    ],
    cells: (row) => row,
  };
  const rows = [...plates].flatMap(([plate, { mean, deviation, fields }]) =>
    channels.map((channel, i) => [plate, channel, scope, fields, mean[i]!, deviation[i]!]),
  );
  return formatHeader(layout) + formatRows(rows, layout);
}

/**
 * Reads such a table: that of milscope, or one with the columns `Metadata_Plate`, `Channel`, `Mean` (or `Median`, as the model
 * wants it) and `Deviation`. Channels beside those of the model are passed over.
 *
 * @throws what `readFittedRecords` throws, EmptyTable, MissingColumn, and BadTable for numbers that are none, a deviation that is not
 *   above 0, a channel that a plate lacks or has twice, and plates that were measured otherwise
 */
export async function readPlateStatistics(
  file: string,
  measuring: PlateMeasuring,
  files: Files,
): Promise<ReadonlyMap<string, PlateStatistics>> {
  const { channels, measure } = measuring;
  const plates = new Map<string, Map<string, Row>>();
  const fits = (header: readonly string[]) => header.some((name) => /^deviation$/i.test(name.trim()));
  const wanted = { what: 'a table of the intensities of plates', option: OPTION, fits };
  let read: ((cells: readonly string[], at: Pick<Row, 'row' | 'decimal'>) => Row) | undefined;
  for await (const { cells, row, decimal } of readFittedRecords(file, files, { wanted })) {
    if (read === undefined) {
      read = rowReader(cells, { file, ...measuring });
      continue;
    }
    const found = read(cells, { row, decimal });
    const known = plates.get(found.plate) ?? new Map<string, Row>();
    if (known.has(found.channel)) {
      throw new MilscopeError('BadTable', {
        ...{ file, row, column: 'Channel', option: OPTION },
        problem: `the plate ${found.plate} has the channel ${found.channel} twice`,
        found: `in rows ${known.get(found.channel)!.row} and ${row}`,
        expected: 'one row for each plate and channel',
      });
    }
    plates.set(found.plate, known.set(found.channel, found));
  }
  if (plates.size === 0)
    throw new MilscopeError('EmptyTable', { file, option: OPTION, problem: 'the table has no plates' });
  return new Map(
    [...plates].map(([plate, rows]) => {
      const own = channels.map(
        (channel) => rows.get(channel) ?? refuseChannels(plate, rows, { file, channels, measure }),
      );
      const fields = own[0]!.fields;
      const [mean, deviation] = [own.map(({ centre }) => centre), own.map(({ deviation: of }) => of)];
      return [plate, { mean, deviation, ...(Number.isFinite(fields) && { fields }) }] as const;
    }),
  );
}

function refuseChannels(
  plate: string,
  rows: ReadonlyMap<string, Row>,
  { file, channels, measure }: Omit<PlateMeasuring, 'scope'> & { file: string },
): never {
  const lacking = channels.filter((channel) => !rows.has(channel));
  throw new MilscopeError('BadTable', {
    ...{ file, column: 'Channel', option: OPTION },
    problem: `the plate ${plate} has no row for the channel ${lacking.join(', ')}`,
    found: `rows for ${[...rows.keys()].join(', ')}`,
    expected: `the channels of the model: ${channels.join(', ')} (${CENTRE[measure].toLowerCase()} and deviation of each)`,
  });
}

interface Row {
  readonly plate: string;
  readonly channel: string;
  readonly fields: number;
  readonly centre: number;
  readonly deviation: number;
  readonly row: number;
  readonly decimal?: ',' | undefined;
}

/** Reads the rows below a header. */
function rowReader(header: readonly string[], { file, scope, measure }: PlateMeasuring & { file: string }) {
  const names = header.map((name) => name.trim());
  const indexOf = (name: string) => names.indexOf(findColumn(names, name) ?? '');
  const indexFor = (name: string): number => {
    const index = indexOf(name);
    if (index >= 0) return index;
    const other = CENTRE[measure === 'mean' ? 'median' : 'mean'];
    const isOther = name === CENTRE[measure] && indexOf(other) >= 0;
    throw new MilscopeError('MissingColumn', {
      ...{ file, column: name, option: OPTION },
      problem: isOther
        ? `the table describes plates by the ${other.toLowerCase()}, and the model by the ${CENTRE[measure].toLowerCase()}`
        : 'the table of the intensities of plates has no such column',
      found: names.join(', '),
      expected: `Metadata_Plate, Channel, ${CENTRE[measure]}, Deviation`,
    });
  };
  const at = {
    plate: indexFor('Metadata_Plate'),
    channel: indexFor('Channel'),
    centre: indexFor(CENTRE[measure]),
    deviation: indexFor('Deviation'),
  };
  const [ofScope, ofFields] = [indexOf('Scope'), indexOf('Fields')];
  const used: readonly number[] = [...Object.values(at), ofScope, ofFields];
  requireDistinct(header, { file, option: OPTION, isUsed: (index) => used.includes(index) });
  return (cells: readonly string[], { row, decimal }: Pick<Row, 'row' | 'decimal'>): Row => {
    const text = (index: number) => (cells[index] ?? '').trim().normalize('NFC');
    const numberIn = (index: number, expected: string, fits: (value: number) => boolean): number => {
      const value = parseNumber(text(index), { decimal });
      if (fits(value)) return value;
      throw new MilscopeError('BadTable', {
        ...{ file, row, column: names[index], option: OPTION },
        problem: `this is no such number for plate ${text(at.plate)}, channel ${text(at.channel)}`,
        found: text(index) || 'an empty cell',
        expected,
      });
    };
    const measured = ofScope >= 0 ? text(ofScope).toLowerCase() : '';
    if (measured !== '' && measured !== scope) {
      throw new MilscopeError('BadTable', {
        ...{ file, row, column: names[ofScope], option: OPTION },
        problem: `the model was trained with ${named('normalization')} ${scope}, and the plates of the table were measured otherwise`,
        found: measured,
        expected: scope,
        remedy: 'name a file that does not exist, into which the plates are measured as the model wants',
      });
    }
    return {
      ...{ plate: text(at.plate), channel: text(at.channel), row },
      fields: ofFields >= 0 ? parseNumber(text(ofFields), { decimal }) : Number.NaN,
      centre: numberIn(at.centre, 'a number', Number.isFinite),
      deviation: numberIn(at.deviation, 'a number above 0', (value) => Number.isFinite(value) && value > 0),
    };
  };
}

/** Lets a table pass that has every plate of a screen. @throws BadTable that names the others */
export function requirePlates(
  names: Iterable<string>,
  plates: ReadonlyMap<string, unknown>,
  { file, screen }: { file: string; screen: string },
): void {
  const missing = [...new Set(names)].filter((name) => !plates.has(name.trim()));
  if (missing.length === 0) return;
  throw new MilscopeError('BadTable', {
    file,
    column: 'Metadata_Plate',
    option: OPTION,
    problem: `the table lacks ${missing.length === 1 ? 'a plate' : 'plates'} of ${screen}`,
    found: `no row for ${listed(new Set(missing))}; it has ${listed(new Set(plates.keys()))}`,
    remedy: 'measure the whole plate first: predict all of its fields with another, new file, and take its rows',
  });
}

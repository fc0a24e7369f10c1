import { MilscopeError } from '../../../errors.ts';
import {
  bagPrefix,
  carriedColumns,
  type PredictionColumns,
  type PredictionRow,
  probabilityPrefix,
} from '../../../evaluation/prediction-table.ts';
import { basename } from '../../../files/paths.ts';
import type { Cells } from '../../../screen/cells/read-cells.ts';
import { findColumn } from '../../../screen/columns.ts';
import { labelParts } from '../../../screen/label-sets.ts';
import type { Field, Screen } from '../../../screen/screen.ts';
import { normalWell } from '../../../screen/well.ts';
import { openTable } from '../../../tables/open-table.ts';
import { columnsOf, type TableLayout } from '../../../tables/table-layout.ts';
import { besideTable } from '../../../tables/table-names.ts';
import type { Host } from '../../host.ts';
import { type ChannelFile, channelFiles, placeOf } from './channel-files.ts';
import { plateType } from './plate-type.ts';
import { formatProperties } from './properties.ts';
import { sqlNames, sqlText } from './sql-names.ts';

/** The files that CellProfiler Analyst opens, beside a table of predictions. */
export function cpaPaths(out: string): {
  readonly properties: string;
  readonly images: string;
  readonly objects: string;
} {
  return {
    properties: besideTable(out, 'properties', ''),
    images: besideTable(out, 'per_image', '.csv'),
    objects: besideTable(out, 'per_object', '.csv'),
  };
}

/** Writes what CellProfiler Analyst opens, one cell after the other. */
export interface CpaFiles {
  readonly write: (row: PredictionRow) => Promise<void>;
  /** Ends the tables; images of fields that were `unread` are left out. */
  readonly keep: (unread: ReadonlySet<number>) => Promise<void>;
  readonly discard: () => Promise<void>;
}

/** How many cells a field has, and how many of each class. */
interface Counts {
  cells: number;
  readonly classes: number[];
}

/**
 * Plans the files: `p.per_object.csv`, a row a cell; `p.per_image.csv`, a row a field with its files, its metadata and how
 * many cells of each class it has; and `p.properties`, which names them. Columns have names that SQL takes as they stand.
 *
 * @param side of the square around a cell that the network was shown (pixels)
 * @returns what begins them
 * @throws BadImage for images that it cannot show, BadTable for two cells of a field with one number
 */
export async function planCpaFiles(
  screen: Screen,
  { out, columns, cells, side }: { out: string; columns: PredictionColumns; cells: Cells | undefined; side: number },
  host: Host,
): Promise<() => Promise<CpaFiles>> {
  if (cells) requireUniqueCells(cells, screen);
  const channels = await channelFiles(screen, host);
  return () => openCpaFiles(screen, { out, columns, channels, side }, host);
}

interface PlannedCpaFiles {
  readonly out: string;
  readonly columns: PredictionColumns;
  readonly channels: readonly ChannelFile[];
  readonly side: number;
}

async function openCpaFiles(
  screen: Screen,
  { out, columns, channels, side }: PlannedCpaFiles,
  host: Host,
): Promise<CpaFiles> {
  const paths = cpaPaths(out);
  const counts = new Map<number, Counts>();
  const countsOf = (imageNumber: number): Counts => {
    const found = counts.get(imageNumber) ?? { cells: 0, classes: columns.classes.map(() => 0) };
    counts.set(imageNumber, found);
    return found;
  };
  const { layout, ...described } = layOutImages(screen, { columns, channels, countsOf });
  const objects = await openTable(paths.objects, layOutObjects(columns), host.files, {
    version: host.about.versions.milscope,
  });
  return {
    async write(row) {
      const found = countsOf(row.imageNumber);
      found.cells++;
      const given = columns.thresholds ? labelParts(row.predicted) : [row.predicted];
      for (const name of given) if (columns.classes.includes(name)) found.classes[columns.classes.indexOf(name)]!++;
      await objects.write(row);
    },
    async keep(unread) {
      const images = await openTable(paths.images, layout, host.files, { version: host.about.versions.milscope });
      for (const field of screen.fields) if (!unread.has(field.imageNumber)) await images.write(field);
      await images.keep();
      await objects.keep();
      const tables = { imageTable: basename(paths.images), objectTable: basename(paths.objects) };
      await host.files.write(paths.properties, formatProperties({ ...tables, ...described, tileSize: side }));
    },
    discard: objects.discard,
  };
}

function layOutObjects({ classes }: PredictionColumns): TableLayout<PredictionRow> {
  const own = [...columnsOf('integer', ['ImageNumber', 'ObjectNumber'])];
  const centre = columnsOf('double', ['Location_Center_X', 'Location_Center_Y']);
  const numbers = sqlNames([probabilityPrefix, bagPrefix].flatMap((prefix) => classes.map((name) => prefix + name)));
  return {
    columns: [...own, ...centre, ...columnsOf('text', ['MIL_Predicted']), ...columnsOf('single', numbers)],
    cells: ({ imageNumber, cell, predicted, probability, bag }) => [
      imageNumber,
      ...[cell?.objectNumber, cell?.x, cell?.y],
      sqlText(predicted),
      ...[probability, bag].flatMap((values) => classes.map((_, k) => values[k])),
    ],
  };
}

function layOutImages(
  screen: Screen,
  {
    columns,
    channels,
    countsOf,
  }: { columns: PredictionColumns; channels: readonly ChannelFile[]; countsOf: (imageNumber: number) => Counts },
) {
  const carried = carriedColumns(columns.metadata);
  const names = sqlNames([
    ...carried.map(({ name }) => name),
    ...channels.flatMap(({ name }) => [`Image_PathName_${name}`, `Image_FileName_${name}`]),
    ...columns.classes.map((name) => `MIL_Count_${name}`),
  ]);
  const files = names.slice(carried.length, carried.length + 2 * channels.length);
  const find = (wanted: string) => {
    const place = carried.findIndex(
      ({ name }) =>
        name ===
        findColumn(
          carried.map((one) => one.name),
          wanted,
        ),
    );
    return place < 0 ? undefined : { name: names[place]!, column: carried[place]!.column };
  };
  const [plate, well, treatment] = ['Plate', 'Well', 'Treatment'].map(find);
  const layout: TableLayout<Field> = {
    columns: [
      ...columnsOf('integer', ['ImageNumber']),
      ...columnsOf('text', names.slice(0, carried.length + files.length)),
      ...columnsOf('integer', ['Image_Count_Cells', ...names.slice(carried.length + files.length)]),
    ],
    cells: (field) => {
      const { cells, classes } = countsOf(field.imageNumber);
      const text = ({ column }: { column: string }) => {
        const written = field.metadata[column] ?? '';
        return sqlText(column === well?.column ? normalWell(written) : written);
      };
      const places = channels.flatMap((channel) => Object.values(placeOf(field, channel)));
      return [field.imageNumber, ...carried.map(text), ...places.map(sqlText), cells, ...classes];
    },
  };
  return {
    layout,
    channels: channels.map((channel, i) => ({ ...channel, pathColumn: files[2 * i]!, fileColumn: files[2 * i + 1]! })),
    ...(plate &&
      well && {
        plate: plate.name,
        well: well.name,
        plateType: plateType(screen.fields.map(({ metadata }) => metadata[well.column] ?? '')),
      }),
    groups: {
      ...(plate && well && { Well: [plate.name, well.name] }),
      ...(treatment && { Treatment: [treatment.name] }),
    },
  };
}

function requireUniqueCells({ byField }: Cells, { source }: Pick<Screen, 'source'>): void {
  for (const [field, cells] of byField) {
    const numbers = new Set<number>();
    for (const { objectNumber, row } of cells) {
      if (!numbers.has(objectNumber)) {
        numbers.add(objectNumber);
        continue;
      }
      throw new MilscopeError('BadTable', {
        row,
        column: 'ObjectNumber',
        option: 'cpa',
        problem: `in the table of cells, two of field ${field.imageNumber} of ${source} have the same number`,
        found: String(objectNumber),
        expected: 'a number for each cell of a field, which CellProfiler Analyst knows it by',
      });
    }
  }
}

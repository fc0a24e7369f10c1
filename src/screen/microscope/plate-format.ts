import { MilscopeError, named } from '../../errors.ts';
import { PLATE_FORMATS } from '../plates/plate-formats.ts';
import { wellName } from '../well.ts';
import type { CompletedPlanes, NamedPlane } from './naming.ts';

/** Columns of the plates that are sold, by the number of their wells. */
const columnsOf = new Map(PLATE_FORMATS.map(({ wells, columns }) => [wells, columns]));

/** The formats that are supposed where only the numbers of wells are known; smaller plates have to be named. */
const usual = [96, 384, 1536];

/**
 * How many columns a plate has whose wells have numbers, row by row, and what to say of it: those of the format that the user
 * gives, else of the smallest of 96, 384 and 1536 wells that has the largest number.
 *
 * @throws BadOption when the format has fewer wells, or none has so many
 */
function plateFormatOf(
  largest: number,
  given: number | undefined,
): { readonly columns: number; readonly note: string } {
  if (given !== undefined && !columnsOf.has(given)) {
    throw new MilscopeError('BadOption', {
      option: `plateFormat ${given}`,
      problem: 'no plate has so many wells',
      expected: `one of ${[...columnsOf.keys()].join(', ')}`,
    });
  }
  const format = given ?? usual.find((wells) => wells >= largest);
  if (format === undefined || largest > format) {
    throw new MilscopeError('BadOption', {
      option: given === undefined ? undefined : `plateFormat ${given}`,
      problem: 'the names of the images number more wells than the plate has',
      found: `well ${largest}`,
      expected: `at most ${format ?? usual.at(-1)}`,
      remedy: 'give the folder of one plate, and the format that it has',
    });
  }
  const columns = columnsOf.get(format)!;
  const because = given === undefined ? `the largest number is ${largest}, so ` : '';
  const other = given === undefined ? `; if it has another format, give ${named('plateFormat')}` : '';
  return {
    columns,
    note: `The names number the wells: ${because}the plate is read as one of ${format} wells, row by row, ${columns} in a row${other}`,
  };
}

/** The error for the format of a plate where nothing numbers wells. */
export function needlessFormat(file: string, given: number): MilscopeError {
  return new MilscopeError('BadOption', {
    file,
    option: `plateFormat ${given}`,
    problem: 'this screen names its wells, and does not number them',
    remedy: `leave ${named('plateFormat')} out`,
  });
}

/** Planes in wells that their numbers mean, with what to say of it; as they are where no well is a number. */
export function wellsByNumber(planes: readonly NamedPlane[], plateFormat: number | undefined): CompletedPlanes {
  const most = planes.reduce((largest, plane) => Math.max(largest, wellNumberOf(plane) ?? 0), 0);
  if (most === 0) return planes;
  const { columns, note } = plateFormatOf(most, plateFormat);
  return { planes: planes.map((plane) => inRow(plane, columns)), notes: [note] };
}

/** The number of the well of a plane, where its name does not give the well itself. */
function wellNumberOf({ metadata }: NamedPlane): number | undefined {
  const well = metadata.Metadata_Well!;
  return /^\d+$/.test(well) ? Number(well) : undefined;
}

/** A plane in the well that its number means on a plate of so many columns. */
function inRow(plane: NamedPlane, columns: number): NamedPlane {
  const number = wellNumberOf(plane);
  if (number === undefined) return plane;
  const well = wellName(String(Math.floor((number - 1) / columns) + 1), String(((number - 1) % columns) + 1));
  return { ...plane, metadata: { ...plane.metadata, Metadata_Well: well } };
}

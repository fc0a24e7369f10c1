import { MilscopeError, named } from '../../errors.ts';
import type { Centre } from '../../prediction/crop.ts';
import type { ScreenAccess } from '../../screen/access.ts';
import { readCells } from '../../screen/cells/read-cells.ts';
import { hashFiles } from '../../screen/hash-files.ts';
import type { Screen } from '../../screen/screen.ts';
import type { SkippedField } from '../../screen/skipped.ts';
import type { RunningHost } from '../host.ts';

/** Side of the square around a cell unless told otherwise, in pixels as the network sees them. */
const CELL_SIZE = 64;

/** Side of the square around a cell unless told otherwise, in pixels of a field that is enlarged so many times. */
export function usualCellSize(enlarge = 1): number {
  return Math.ceil(CELL_SIZE / enlarge);
}

/** A cell, with the row of its table if it has one. */
export type TrainingCell = Centre & { readonly row?: number; readonly written?: string | undefined };

/** The cells that a network is trained on in place of whole fields. */
export interface TrainingCells {
  /** The path of their table, or what found them. */
  readonly file: string;
  /** SHA-256 of the table, or of whatever says which cells these are. */
  readonly sha256: string;
  /** Side of the square around a cell that the network is shown (pixels). */
  readonly size: number;
  /** By the `ImageNumber` of their field; those with a centre outside of it are left out later. */
  readonly byImage: ReadonlyMap<number, readonly TrainingCell[]>;
  /** Cells in fields that the screen does not have, see {@link Cells}. */
  readonly unknown: readonly SkippedField[];
}

/** Accepts options that make sense together. @throws BadOption */
export function requireCellOptions({
  cells,
  cellSize,
  crop,
}: {
  readonly cells?: string | undefined;
  readonly cellSize?: number | undefined;
  readonly crop?: number | undefined;
}): void {
  if (cells !== undefined && crop !== undefined) {
    throw new MilscopeError('BadOption', {
      option: 'crop and cells',
      problem: 'crops are cut from whole fields, and cells are trained on instead of these',
      remedy: `leave one of them out; ${named('cellSize')} says how much of the field a cell is shown with`,
    });
  }
  if (cells === undefined && cellSize !== undefined) {
    throw new MilscopeError('BadOption', {
      option: 'cellSize',
      problem: 'whole fields are trained on',
      remedy: `give the cells with ${named('cells')}`,
    });
  }
}

/**
 * Reads the table of the cells to train on.
 *
 * @throws as {@link readCells}
 */
export async function readTrainingCells(
  { file, size }: Pick<TrainingCells, 'file' | 'size'>,
  screen: Screen,
  host: RunningHost,
): Promise<TrainingCells> {
  const { byField, unknown, notes } = await readCells(file, screen, host);
  for (const message of notes) host.emit({ event: 'noted', message });
  const byImage = new Map([...byField].map(([{ imageNumber }, cells]) => [imageNumber, cells]));
  return { file, sha256: await hashCells(file, host), size, byImage, unknown };
}

/** SHA-256 of a table of cells, in hexadecimal; empty when it cannot be read. */
export async function hashCells(file: string, access: ScreenAccess): Promise<string> {
  const [hash] = await hashFiles([file], { threads: 1 }, access);
  return hash ?? '';
}

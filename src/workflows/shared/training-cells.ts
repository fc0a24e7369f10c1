import { MilscopeError, named } from '../../errors.ts';
import type { Centre } from '../../prediction/crop.ts';
import type { ScreenAccess } from '../../screen/access.ts';
import { readCells } from '../../screen/cells/read-cells.ts';
import { requireChannel } from '../../screen/channels/select-channel.ts';
import { hashFiles } from '../../screen/hash-files.ts';
import type { Screen } from '../../screen/screen.ts';
import type { SkippedField } from '../../screen/skipped.ts';
import type { RunningHost } from '../host.ts';
import type { BagKind, InstanceKind } from './run-folder.ts';

/** Side of the square around a cell unless told otherwise, in pixels as the network sees them. */
const CELL_SIZE = 64;

/** Side of the square around a cell unless told otherwise, in pixels of a field that is enlarged so many times. */
export function usualCellSize(enlarge = 1): number {
  return Math.ceil(CELL_SIZE / enlarge);
}

/** A cell, with the row of its table if it has one. */
export type TrainingCell = Centre & { readonly row?: number; readonly written?: string | undefined };

/** How the nuclei of a screen were found. */
export interface FoundNuclei {
  /** The channel that shows them. */
  readonly channel: string;
  /** Of a typical nucleus (pixels); estimated in every field where it was not given. */
  readonly diameter?: number | undefined;
}

/** What stands in the place of a table of cells where nuclei are to be found. */
export const AUTO_CELLS = 'auto';

/** The cells that a network is trained on in place of whole fields, or that say which positions of these are pooled. */
export interface TrainingCells {
  /** The path of their table, or what found them. */
  readonly file: string;
  /** SHA-256 of the table, or of whatever says which cells these are. */
  readonly sha256: string;
  /** How they were found, where they were. */
  readonly nuclei?: FoundNuclei | undefined;
  /** Side of the square around a cell that the network is shown (pixels). */
  readonly size: number;
  /** By the `ImageNumber` of their field; those with a centre outside of it are left out later. */
  readonly byImage: ReadonlyMap<number, readonly TrainingCell[]>;
  /** Cells in fields that the screen does not have, see {@link Cells}. */
  readonly unknown: readonly SkippedField[];
}

/** What says which cells are trained on, and how. */
export interface CellOptions {
  readonly instances?: InstanceKind | undefined;
  readonly bag?: BagKind | undefined;
  readonly cells?: string | undefined;
  readonly cellSize?: number | undefined;
  readonly crop?: number | undefined;
  readonly firstCrop?: number | undefined;
  readonly nucleiChannel?: string | undefined;
  readonly diameter?: number | undefined;
}

/** What an instance is, where that may be left open: cells where these are given. */
function askedInstances({ instances, cells }: Pick<CellOptions, 'instances' | 'cells'>): InstanceKind {
  return instances ?? (cells === undefined ? 'positions' : 'cells');
}

/** Accepts options that make sense together. @throws BadOption */
export function requireCellOptions(options: CellOptions): void {
  const { instances, bag, cells } = options;
  const crop = (['crop', 'firstCrop'] as const).find((name) => options[name] !== undefined);
  if (cells === undefined) {
    if (instances !== undefined && instances !== 'positions') {
      throw refused(`instances ${instances}`, {
        problem: 'nothing says where the cells are',
        remedy: `give their table with ${named('cells')}, or ${named('cells')} auto, which finds their nuclei`,
      });
    }
    if (options.cellSize !== undefined) {
      throw refused('cellSize', {
        problem: 'whole fields are trained on',
        remedy: `give the cells with ${named('cells')}`,
      });
    }
  } else {
    if (instances === 'positions') {
      throw refused('instances positions and cells', {
        problem: 'positions of whole fields and single cells cannot both be the instances',
        remedy: 'leave one of them out',
      });
    }
    if (instances === 'foreground') {
      if (options.cellSize !== undefined) {
        throw refused('cellSize', {
          problem: 'whole fields are trained on, of which the positions that hold cells are pooled',
          remedy: `leave it out; ${named('crop')} says how large the crops are`,
        });
      }
    } else if (crop !== undefined) {
      throw refused(`${crop} and cells`, {
        problem: 'crops are cut from whole fields, and cells are trained on instead of these',
        remedy: `leave one of them out; ${named('cellSize')} says how much of the field a cell is shown with`,
      });
    }
  }
  if (bag === 'well' && askedInstances(options) !== 'cells') {
    throw refused('bag well', {
      problem: 'only cells are pooled over a well',
      remedy: `give ${named('instances')} cells and ${named('cells')}, or leave it out`,
    });
  }
  for (const option of ['nucleiChannel', 'diameter'] as const) {
    if (options[option] === undefined || cells === AUTO_CELLS) continue;
    throw refused(option, {
      problem: 'no nuclei are looked for',
      remedy: `give ${named('cells')} auto, or leave it out`,
    });
  }
}

function refused(option: string, { problem, remedy }: { problem: string; remedy: string }): MilscopeError {
  return new MilscopeError('BadOption', { option, problem, remedy });
}

/** Names of channels that show nuclei: DNA and its stains. */
const NUCLEAR = /dna|dapi|hoechst|h33342|draq|nucle/i;

/**
 * The place of the channel that shows nuclei: the one that is asked for, or the only one that is named after DNA or a stain of it.
 *
 * @throws BadOption where the screen has no such channel, or several
 */
export function nucleiChannelOf(screen: Screen, asked: string | undefined, option = 'nucleiChannel'): number {
  if (asked !== undefined) return requireChannel(screen, asked, { option });
  const { channels } = screen;
  const likely = channels.flatMap((name, place) => (NUCLEAR.test(name) ? [place] : []));
  if (likely.length === 1) return likely[0]!;
  throw new MilscopeError('BadOption', {
    file: screen.source,
    option,
    problem: 'nuclei are to be found, and nothing says which channel shows them',
    found: likely.length > 1 ? `${likely.map((place) => channels[place]).join(' and ')}` : undefined,
    expected: `one of ${channels.join(', ')}`,
    remedy: `name it with ${named(option)}`,
  });
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

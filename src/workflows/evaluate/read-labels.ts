import { MilscopeError, named } from '../../errors.ts';
import type { LabelTable } from '../../evaluation/join-labels.ts';
import { carriedColumns } from '../../evaluation/prediction-table.ts';
import { findColumn } from '../../screen/columns.ts';
import { describeFields } from '../../screen/join/describe-fields.ts';
import type { DescribedFields } from '../../screen/join/join-table.ts';
import { knownPlates } from '../../screen/join/known-plates.ts';
import { saysWells } from '../../screen/join/plate-map.ts';
import { readWells } from '../../screen/join/read-wells.ts';
import type { ScreenOptions } from '../../screen/screen-options.ts';
import type { RunningHost } from '../host.ts';
import { openScreen, screenOptionsOf } from '../shared/open-screen.ts';

/**
 * Reads what a screen says about its fields: from a table, which need not name a single image and may as well be one of
 * wells or the grid of a plate, or from whatever else is a screen; and what annotations and a plate map say of them. Columns get the names that
 * predictions have for them. Sheets may be called after `plates`, those of the predictions. Without unique numbers in `ImageNumber` rows count from 1. Throws what `readWells`,
 * `readScreen` and `describeFields` throw.
 */
export async function readLabels(
  path: string,
  { plates, ...options }: ScreenOptions & { readonly plates: Iterable<string> },
  host: RunningHost,
): Promise<LabelTable> {
  if ((await host.files.status(path))?.kind === 'folder') return openScreen(path, options, host);
  const read = await readWells(path, host.files, { fits: namesFields, plates: knownPlates(plates) });
  const { columns, rows } = read;
  const carried = carriedColumns(columns).map(({ column, name }) => ({ name, index: columns.indexOf(column) }));
  const number = columns.indexOf(findColumn(columns, 'ImageNumber') ?? '');
  const numbers = rows.map(({ cells }) => Number(cells[number]?.trim() || Number.NaN));
  const numbered = numbers.every(Number.isSafeInteger) && new Set(numbers).size === numbers.length;
  const labels: LabelTable & DescribedFields = {
    source: path,
    notes: read.notes ?? [],
    columns: carried.map(({ name }) => name),
    counted: !numbered,
    fields: rows.map(({ cells }, i) => ({
      imageNumber: numbered ? numbers[i]! : i + 1,
      metadata: Object.fromEntries(carried.map(({ name, index }) => [name, cells[index]!])),
    })),
  };
  const described = await describeFields(labels, options, host);
  for (const message of described.notes ?? []) host.emit({ event: 'noted', message });
  return described;
}

/** Lets a request pass whose options that say how a screen is read have a screen. @throws BadOption */
export function requireLabels(request: ScreenOptions & { readonly labels?: string | undefined }): void {
  const [given] = Object.keys(screenOptionsOf(request));
  if (request.labels !== undefined || given === undefined) return;
  throw new MilscopeError('BadOption', {
    option: given,
    problem: `this option needs ${named('labels')}`,
    remedy: `name the screen, or a table of its wells, with ${named('labels')}`,
  });
}

/** Whether a row may be the header of a table of fields or of wells. */
function namesFields(header: readonly string[]): boolean {
  return saysWells(header) || findColumn(header, 'ImageNumber') !== undefined;
}

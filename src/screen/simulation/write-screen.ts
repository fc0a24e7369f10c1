import { MilscopeError, named } from '../../errors.ts';
import type { Files } from '../../files/files.ts';
import { join } from '../../files/paths.ts';
import type { Pictures } from '../../image/pictures.ts';
import type { Image } from '../../pixels/pixels.ts';
import { encodeWorkbook } from '../../tables/write-workbook.ts';
import { mapInOrder } from '../../threads/map-in-order.ts';
import { labelParts } from '../label-sets.ts';
import { type SimulatedField, simulateField } from './field.ts';
import type { FieldOptions } from './field-options.ts';
import { PLATES_FOLDER, plateDescription, plateName, thumbnail } from './imagexpress/plate-files.ts';
import { controlsOf } from './imagexpress/plate-map.ts';
import { type PlannedField, planScreen } from './layout.ts';
import { phenotypes } from './phenotypes.ts';
import type { ScreenOptions } from './screen-options.ts';
import {
  cellsTable,
  type FieldTruth,
  fieldsTable,
  fileNames,
  respondingShare,
  type SimulatedLayout,
} from './tables.ts';
import { emptyTreatment } from './treatments.ts';

/** What writing a screen needs of the machine. */
export interface ScreenWriting {
  readonly files: Files;
  readonly pictures: Pick<Pictures, 'tiff'>;
  /** Simulates a field, elsewhere maybe; here unless given. */
  readonly simulate?: ((options: FieldOptions) => Promise<SimulatedField>) | undefined;
}

/** What was written. */
export interface WrittenScreen {
  readonly directory: string;
  /** Paths of the two tables. */
  readonly fields: string;
  readonly cells: string;
  /** The folder of the plates and the workbook of the controls, where the layout is that of ImageXpress. */
  readonly plates?: string;
  readonly plateMap?: string;
  /** Numbers of all fields and of all cells in them. */
  readonly total: { readonly fields: number; readonly cells: number };
  /** The phenotypes in order, then the class of the empty fields if there are any. */
  readonly classes: readonly WrittenClass[];
}

export interface WrittenClass {
  readonly name: string;
  /** Numbers of the fields that have it among their labels, and of all cells in them. */
  readonly fields: number;
  readonly cells: number;
  /** Mean share in its fields of the cells that turned into it. */
  readonly responders: number;
}

export interface WriteScreenOptions extends ScreenOptions {
  readonly layout?: SimulatedLayout;
  readonly overwrite?: boolean;
  readonly threads?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Simulates a screen into `directory`: `images/` (16-bit TIFFs, one a channel; or `plates/` as an ImageXpress leaves them, with
 * `plate-map.xlsx`, which labels the controls), `masks/` (16-bit label TIFFs of cells
 * and nuclei), `cells.csv` (the truth about every cell) and, last of all, `fields.csv` (CellProfiler's LoadData columns).
 * The same options give the same bytes.
 *
 * @param options.layout how the images are named, and in which folders
 * @param options.overwrite write into a folder that holds something; files of other names stay
 * @param options.threads how many fields may be simulated, compressed and written while the next one is simulated
 * @param options.onProgress is called with the numbers of fields done and to do
 * @throws BadOption when a number makes no sense, OutputExists when the folder holds something
 */
export async function writeSimulatedScreen(
  directory: string,
  options: WriteScreenOptions,
  host: ScreenWriting,
): Promise<WrittenScreen> {
  const { files } = host;
  const { layout = 'table', overwrite = false, threads = 2, classes = 6, onProgress = () => {} } = options;
  const planned = planScreen(options);
  const plan = layout === 'table' ? planned : planned.map((field) => ({ ...field, plate: plateName(field) }));
  const tables = { fields: join(directory, 'fields.csv'), cells: join(directory, 'cells.csv') };
  if (!overwrite) await refuseFull(directory, files);
  // An old table must not stand beside new images, should this end early.
  for (const table of Object.values(tables)) await files.remove(table);

  const { simulate = async (field) => simulateField(field) } = host;
  const done: FieldTruth[] = [];
  const make = async (planned: PlannedField) => {
    // Lets the writers go on, and the process answer a signal.
    await new Promise((resolve) => setTimeout(resolve));
    const simulated = await simulate(planned.options);
    await writeField(directory, { planned, simulated, layout }, host);
    return { planned, truth: simulated.truth };
  };
  for await (const field of mapInOrder(plan, threads + 1, make)) {
    done.push(field);
    onProgress(done.length, plan.length);
  }
  const plates = layout === 'imagexpress' ? await writePlates(directory, plan, files) : undefined;
  await files.write(tables.cells, cellsTable(done));
  await files.write(tables.fields, fieldsTable(done, layout));
  const total = { fields: done.length, cells: countCells(done) };
  return { directory, ...tables, ...plates, total, classes: summarise(done, classes) };
}

async function writeField(
  directory: string,
  { planned, simulated, layout }: { planned: PlannedField; simulated: SimulatedField; layout: SimulatedLayout },
  { files, pictures }: ScreenWriting,
): Promise<void> {
  const { data, height, width } = simulated.image;
  const names = fileNames(planned, layout);
  const plane = (n: number) => data.subarray(n * height * width, (n + 1) * height * width);
  const write = async (name: string, image: Image) => {
    const path = join(directory, name);
    await files.write(path, await pictures.tiff(image, path));
  };
  const whole = (pixels: Image['data']): Image => ({ data: pixels, channels: 1, height, width });
  await Promise.all([
    ...names.images.map((name, n) => write(name, whole(plane(n)))),
    ...names.thumbnails.map((name, n) => write(name, thumbnail(plane(n), { height, width }))),
    write(names.cells, whole(simulated.cells)),
    write(names.nuclei, whole(simulated.nuclei)),
  ]);
}

/** Writes what MetaXpress keeps of each plate, and the map of the controls. */
async function writePlates(
  directory: string,
  plan: readonly PlannedField[],
  files: Files,
): Promise<Pick<WrittenScreen, 'plates' | 'plateMap'>> {
  const plates = join(directory, PLATES_FOLDER);
  for (const plate of new Set(plan.map((field) => field.plate))) {
    const own = plan.filter((field) => field.plate === plate);
    await files.write(join(plates, plate, 'TimePoint_1', 'Screen.HTD'), plateDescription(own));
  }
  const plateMap = join(directory, 'plate-map.xlsx');
  await files.write(plateMap, await encodeWorkbook(controlsOf(plan), { sheet: 'Controls' }));
  return { plates, plateMap };
}

async function refuseFull(directory: string, files: Files): Promise<void> {
  const status = await files.status(directory);
  if (status === undefined) return;
  if (status.kind !== 'folder') {
    throw new MilscopeError('OutputExists', {
      file: directory,
      problem: 'the screen needs a folder, and this is a file',
      remedy: 'name a folder that is new or empty',
    });
  }
  const found = (await files.list(directory)).map(({ name }) => name);
  if (found.length === 0) return;
  throw new MilscopeError('OutputExists', {
    file: directory,
    problem: 'the folder holds something already',
    found: found.slice(0, 3).join(', ') + (found.length > 3 ? ` and ${found.length - 3} more` : ''),
    remedy: `name a folder that is new or empty, or write into this one with ${named('overwrite')}`,
  });
}

function summarise(done: readonly FieldTruth[], classes: number): WrittenClass[] {
  const names = phenotypes.slice(0, classes).map(({ name }) => name);
  const { label } = emptyTreatment;
  const blank = done.some(({ planned }) => planned.label === label) ? [label] : [];
  return [...names, ...blank].map((name) => {
    const own = done.filter(({ planned }) => labelParts(planned.label).includes(name));
    const responders = own.reduce((sum, field) => sum + respondingShare(field, name), 0) / own.length;
    return { name, fields: own.length, cells: countCells(own), responders };
  });
}

function countCells(fields: readonly FieldTruth[]): number {
  return fields.reduce((sum, { truth }) => sum + truth.length, 0);
}

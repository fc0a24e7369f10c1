import type * as z from 'zod';
import { stringify } from '#csv-stringify/sync';
import { named } from '../../errors.ts';
import { join } from '../../files/paths.ts';
import { encodeNpy } from '../../image/npy/encode-npy.ts';
import { inWords, NO_ILLUMINATION } from '../../screen/illumination/illuminate.ts';
import type { Screen } from '../../screen/screen.ts';
import { requireSome } from '../../screen/skipped.ts';
import type { RunningHost } from '../host.ts';
import { openScreen } from '../shared/open-screen.ts';
import { requireWritable } from '../shared/require-writable.ts';
import { NOTHING_KEPT, untilStopped } from '../shared/stopped.ts';
import { requireNewFile, requireNewTable, writeSkippedBeside } from '../shared/table-output.ts';
import { withLocks } from '../shared/with-locks.ts';
import { beginTask } from '../task.ts';
import { defineWorkflow } from '../workflow.ts';
import { type EstimatedPlate, estimatePlate, MOST_FIELDS } from './estimate-plate.ts';
import { fieldsByPlate, functionChannels, functionFiles } from './function-files.ts';
import { brightest, functionPicture } from './function-picture.ts';
import { rehearseIllumination } from './rehearse-illumination.ts';
import { illuminationRequest, illuminationResult } from './request.ts';

/** Fields of a plate below which cells are seen in its functions, and not the light alone. */
const ENOUGH = 10;
const TASK = 'estimating';

type Request = z.output<typeof illuminationRequest>;
type Result = z.output<typeof illuminationResult>;

/** Estimates the illumination function of every channel of every plate. */
export const illumination = defineWorkflow(
  {
    title: 'illumination',
    description: 'Estimate how unevenly each plate and channel is illuminated, as functions to divide pixels by.',
    request: illuminationRequest,
    result: illuminationResult,
    rehearse: (asked, host, perform) =>
      rehearseIllumination(asked, { task: TASK, estimate: (at) => perform(asked, at) }, host),
  },
  async (asked, host) =>
    withLocks({ folders: [asked.out] }, host, () =>
      untilStopped(
        host,
        () => NOTHING_KEPT,
        (running) => estimateScreen(asked, running),
      ),
    ),
);

async function estimateScreen(asked: Request, host: RunningHost): Promise<Result> {
  const { out, overwrite } = asked;
  const [table, picture] = [join(out, 'illumination.csv'), join(out, 'illumination.png')];
  await requireWritable(out, host, { folder: true });
  await requireNewTable(table, { overwrite }, host);
  await requireNewFile(picture, { overwrite }, host);
  const screen = await openScreen(asked.screen, { ...asked, illumination: NO_ILLUMINATION }, host);
  const estimated = await estimatePlates(screen, asked, host);
  const skipped = estimated.flatMap((plate) => plate.skipped);
  const used = estimated.filter((plate) => plate.used > 0);
  requireSome(screen, { done: used.length, skipped });
  warnOfFew(used, screen, host);
  await writeFunctions(used, { screen, out, table }, host);
  await host.files.write(picture, await functionPicture(used, screen.channels, host.pictures));
  return {
    ...{ out, table, picture, channels: screen.channels },
    plates: used.map(({ name, used: fields, functions }) => {
      return { name, fields, falloff: functions.map((plane) => Number(brightest([plane]).toFixed(3))) };
    }),
    skipped: skipped.length,
    skippedFile: await writeSkippedBeside(table, skipped, host),
  };
}

/** Estimates one plate after the other, so that the fields of one are in memory. */
async function estimatePlates(screen: Screen, { smoothing }: Request, host: RunningHost): Promise<EstimatedPlate[]> {
  const plates = fieldsByPlate(screen);
  const counts = [...plates.values()].map(({ length }) => Math.min(length, MOST_FIELDS));
  if (screen.fields.length > counts.reduce((sum, count) => sum + count, 0)) {
    const message = `Of each plate ${MOST_FIELDS} fields are used, evenly over it`;
    host.emit({ event: 'noted', message });
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  const task = beginTask(host, { task: TASK, total, unit: 'fields' });
  let done = 0;
  const onField = () => task.update(++done);
  const estimated: EstimatedPlate[] = [];
  for (const [name, fields] of plates) {
    estimated.push(await estimatePlate(screen, { name, fields, smoothing, onField }, host));
  }
  task.end();
  return estimated;
}

function warnOfFew(plates: readonly EstimatedPlate[], { channels }: Screen, { emit }: RunningHost): void {
  const few = plates.filter(({ used }) => used < ENOUGH);
  const [first] = few;
  if (first !== undefined) {
    const whose = first.name === '' ? 'the screen' : `plate ${first.name}`;
    const count = `${first.used} ${first.used === 1 ? 'field' : 'fields'}`;
    const others = few.length === 1 ? '' : `, and ${few.length - 1} more plates are alike`;
    const message = `The functions of ${whose} are from ${count}${others}: cells may show in them. Estimate from ${ENOUGH} fields or more, or give a larger ${named('smoothing')}`;
    emit({ event: 'warned', message });
  }
  for (const { name, functions } of plates) {
    const dark = channels.filter((_, c) => functions[c] === undefined);
    if (dark.length === 0) continue;
    const message = `${inWords(dark)} ${dark.length === 1 ? 'has' : 'have'} no light in any field${name === '' ? '' : ` of plate ${name}`}: no correction is made`;
    emit({ event: 'warned', message });
  }
}

/** Writes the functions, and then the table that names them: by what the channels are called where the screen is read. */
async function writeFunctions(
  plates: readonly EstimatedPlate[],
  { screen, out, table }: { screen: Screen; out: string; table: string },
  { files }: RunningHost,
): Promise<void> {
  const names = functionChannels(screen);
  const paths = functionFiles(
    plates.map(({ name }) => name),
    screen,
  );
  const rows: string[][] = [];
  for (const [p, { name, functions, height, width }] of plates.entries()) {
    const cells: string[] = [];
    for (const [c, plane] of functions.entries()) {
      const file = paths[p]![c]!;
      const data = plane ?? new Float32Array(height * width).fill(1);
      await files.write(join(out, file), encodeNpy({ shape: [height, width], data }));
      cells.push(file);
    }
    rows.push([name, ...cells]);
  }
  await files.write(table, stringify([['Metadata_Plate', ...names.map((name) => `FileName_Illum${name}`)], ...rows]));
}

import * as z from 'zod';
import { channels } from '../../screen/simulation/cell.ts';
import { phenotypes } from '../../screen/simulation/phenotypes.ts';
import { SIMULATED_LAYOUTS } from '../../screen/simulation/tables.ts';
import { writeSimulatedScreen } from '../../screen/simulation/write-screen.ts';
import { numberBetween, oneOf, overwrite, seed, text, wholeNumber } from '../request-fields.ts';
import { requireWritable } from '../shared/require-writable.ts';
import { beginTask, type Task } from '../task.ts';
import { defineWorkflow } from '../workflow.ts';
import { range } from './range.ts';
import { rehearseSimulation } from './rehearse-simulation.ts';

const request = z.strictObject({
  out: text().meta({ description: 'folder to write, new or empty', value: 'dir', argument: true }),
  seed,
  classes: wholeNumber({ least: 1 })
    .default(6)
    .meta({
      description: `number of phenotypes, 2 to ${phenotypes.length}; 1 beside empty fields`,
      value: 'n',
      group: 'screen',
    }),
  plates: wholeNumber({ least: 1 })
    .default(3)
    .meta({ description: 'number of plates, each a replicate of the others', value: 'n', group: 'screen' }),
  wells: wholeNumber({ least: 1 })
    .default(12)
    .meta({ description: 'wells of each plate, at least one for each class', value: 'n', group: 'screen' }),
  sites: wholeNumber({ least: 1 }).default(2).meta({ description: 'fields of each well', value: 'n', group: 'screen' }),
  size: wholeNumber({ least: 64 })
    .default(512)
    .meta({ description: 'width and height of a field', value: 'pixels', group: 'how' }),
  responders: range({ least: 0, most: 1, like: '0.5-0.9' }).default([0.5, 0.9]).meta({
    description: 'share of the cells that respond, by class',
    value: 'range',
    usually: '0.5-0.9',
    group: 'how',
  }),
  mixture: range({ least: 1, whole: true, like: '1-3' }).default([1, 1]).meta({
    description: 'number of phenotypes that share a field, by well',
    value: 'range',
    usually: '1',
    group: 'how',
  }),
  empty: numberBetween({ least: 0, most: 0.95 })
    .default(0)
    .meta({ description: 'share of the wells without any cell, labelled empty', value: 'share', group: 'how' }),
  illumination: numberBetween({ least: 0, most: 0.95 }).optional().meta({
    description: 'light lost from the brightest to the darkest place of a field',
    value: 'share',
    usually: '0.1 to 0.3, by plate',
    group: 'how',
  }),
  background: numberBetween({ least: 0, most: 10 }).default(0).meta({
    description: 'light added by an uneven background at its brightest place, in units of a cell',
    value: 'share',
    group: 'how',
  }),
  debris: numberBetween({ least: 0, most: 1000 }).optional().meta({
    description: 'mean number of bright specks, fibres and clumps in a field',
    value: 'n',
    usually: 'few',
    group: 'how',
  }),
  layout: oneOf(SIMULATED_LAYOUTS).default('table').meta({
    description:
      'how files are laid out: beside a table, or in the folders of an ImageXpress with an Excel plate map that labels the controls',
    value: 'name',
    group: 'output',
  }),
  overwrite: overwrite('files of the same names in a folder that is not empty'),
});

const ends = z.tuple([z.number(), z.number()]).readonly();

const result = z.object({
  /** The folder. */
  out: z.string(),
  /** The table of fields (LoadData columns), and the table of cells with the true class of each. */
  fields: z.string(),
  cells: z.string(),
  /** The folder of the plates and the workbook of the controls, where the layout is that of ImageXpress. */
  plates: z.string().optional(),
  plateMap: z.string().optional(),
  /** Numbers of all fields and of all cells in them. */
  total: z.object({ fields: z.number(), cells: z.number() }),
  /** The phenotypes in order, then the class of the empty fields if there are any. */
  classes: z
    .array(
      z.object({
        name: z.string(),
        /** Numbers of the fields that have it among their labels, and of all cells in them. */
        fields: z.number(),
        cells: z.number(),
        /** Mean share in its fields of the cells that turned into it. */
        responders: z.number(),
      }),
    )
    .readonly(),
  channels: z.array(z.string()).readonly(),
  /** What the screen was made with. */
  options: z.object({
    ...{ seed: z.number(), plates: z.number(), wells: z.number(), sites: z.number(), size: z.number() },
    ...{ responders: ends, mixture: ends, empty: z.number(), background: z.number() },
    ...{ illumination: z.number().optional(), debris: z.number().optional() },
  }),
});

/** Fields for each thread up to which the work is done in one. */
const FEW = 4;

/** Makes a synthetic screen with truth. */
export const simulate = defineWorkflow(
  {
    title: 'simulate',
    description: 'Make a synthetic screen with truth: images, labels, masks, and the class of every cell.',
    request,
    result,
    rehearse: rehearseSimulation,
  },
  async ({ out, ...asked }, host) => {
    await requireWritable(out, host, { folder: true });
    let task: Task | undefined;
    // A few fields are there before other threads are.
    const isLarge = asked.plates * asked.wells * asked.sites > FEW * host.threads;
    const simulator = isLarge ? host.fieldSimulator(host.threads) : undefined;
    const options = {
      ...asked,
      threads: host.threads,
      onProgress: (done: number, total: number) => {
        // Not before the first field is done, so that a refusal stands alone.
        task ??= beginTask(host, { task: 'simulating', total, unit: 'fields' });
        task.update(done);
      },
    };
    const { files, pictures } = host;
    const writing = writeSimulatedScreen(out, options, { files, pictures, simulate: simulator?.simulate });
    const screen = await writing.finally(() => simulator?.release());
    task?.end();
    const { directory, ...written } = screen;
    const { seed, plates, wells, sites, size, responders, mixture, empty, illumination, background, debris } = asked;
    return {
      out: directory,
      ...written,
      channels,
      options: { seed, plates, wells, sites, size, responders, mixture, empty, illumination, background, debris },
    };
  },
);

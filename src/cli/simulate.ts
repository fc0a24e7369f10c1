import { InvalidArgumentError, Option } from 'commander';
import { nodeFiles } from '../files/node-files.ts';
import { nodePictures } from '../image/node/pictures.ts';
import { phenotypes } from '../screen/simulation/phenotypes.ts';
import { type WrittenScreen, writeSimulatedScreen } from '../screen/simulation/write-screen.ts';
import type { CommonOptions } from './console.ts';
import type { CreateCommand } from './main.ts';
import { createCommand, numberBetween, wholeNumber } from './options.ts';
import { createProgress, type Progress } from './progress.ts';

interface SimulateOptions extends CommonOptions {
  readonly classes: number;
  readonly plates: number;
  readonly wells: number;
  readonly sites: number;
  readonly size: number;
  readonly responders: readonly [number, number];
  readonly mixture: readonly [number, number];
  readonly empty: number;
  readonly illumination?: number;
  readonly background: number;
  readonly debris?: number;
  readonly overwrite: boolean;
}

/** `milscope simulate <dir>`: a synthetic screen with truth. */
export const createSimulateCommand: CreateCommand = (console) =>
  createCommand('simulate', 'Make a synthetic screen with truth: images, labels, masks, and the class of every cell.')
    .argument('<dir>', 'folder to write, new or empty')
    .option(
      '--classes <n>',
      `number of phenotypes, 2 to ${phenotypes.length}; 1 beside empty fields`,
      wholeNumber({ least: 1 }),
      6,
    )
    .option('--plates <n>', 'number of plates, each a replicate of the others', wholeNumber({ least: 1 }), 3)
    .option('--wells <n>', 'wells of each plate, at least one a class', wholeNumber({ least: 1 }), 12)
    .option('--sites <n>', 'fields of each well', wholeNumber({ least: 1 }), 2)
    .option('--size <pixels>', 'width and height of a field', wholeNumber({ least: 64 }), 512)
    .addOption(
      new Option('--responders <range>', 'share of the cells that respond, by class')
        .argParser(range)
        .default([0.5, 0.9], '0.5-0.9'),
    )
    .addOption(
      new Option('--mixture <range>', 'number of phenotypes that share a field, by well')
        .argParser(wholeRange)
        .default([1, 1], '1'),
    )
    .option(
      '--empty <share>',
      'share of the wells without any cell, labelled empty',
      numberBetween({ least: 0, most: 0.95 }),
      0,
    )
    .option(
      '--illumination <share>',
      'light lost from the brightest to the darkest place of a field (default: 0.1 to 0.3, by plate)',
      numberBetween({ least: 0, most: 0.95 }),
    )
    .option(
      '--background <share>',
      'light added by an uneven background at its brightest place, in units of a cell',
      numberBetween({ least: 0, most: 10 }),
      0,
    )
    .option(
      '--debris <n>',
      'mean number of bright specks, fibres and clumps in a field (default: few)',
      numberBetween({ least: 0, most: 1000 }),
    )
    .option('--overwrite', 'write into a folder that holds something', false)
    .action(async (directory: string, options: SimulateOptions) => {
      let progress: Progress | undefined;
      const screen = await writeSimulatedScreen(
        directory,
        {
          ...options,
          onProgress: (done, total) => {
            // Not before there is a first field, so that a refusal stands alone.
            progress ??= createProgress(console, { label: 'simulating', total, unit: 'fields' });
            progress.update(done);
          },
        },
        { files: nodeFiles, pictures: nodePictures },
      );
      progress?.finish();
      console.out(
        options.json ? `${JSON.stringify(toJson(screen, options), undefined, 2)}\n` : summary(screen, options),
      );
    });

/** Parses `0.5-0.9`, or one number for both ends. */
function range(text: string): readonly [number, number] {
  const parts = /^(\d*\.?\d+)(?:-(\d*\.?\d+))?$/.exec(text.trim());
  const least = Number(parts?.[1]);
  const most = Number(parts?.[2] ?? parts?.[1]);
  if (!(least <= most && most <= 1)) {
    throw new InvalidArgumentError('Expected two numbers from 0 to 1, the smaller first, as 0.5-0.9.');
  }
  return [least, most];
}

/** Parses `1-3`, or one number for both ends. */
function wholeRange(text: string): readonly [number, number] {
  const parts = /^(\d+)(?:-(\d+))?$/.exec(text.trim());
  const least = Number(parts?.[1]);
  const most = Number(parts?.[2] ?? parts?.[1]);
  if (!(least >= 1 && least <= most)) {
    throw new InvalidArgumentError('Expected two whole numbers from 1, the smaller first, as 1-3.');
  }
  return [least, most];
}

function summary({ directory, fields, cells, total, classes }: WrittenScreen, options: SimulateOptions): string {
  const { plates, wells, sites, size, mixture } = options;
  const mixed = mixture[1] > 1;
  const width = Math.max(...classes.map(({ name }) => name.length));
  const path = /\s/.test(fields) ? `"${fields}"` : fields;
  return [
    `${total.fields} fields of ${size} × ${size} pixels with ${total.cells} cells in ${directory}`,
    `(plates: ${plates}, wells a plate: ${wells}, sites a well: ${sites}, channels: DNA, Actin, Tubulin)`,
    '',
    ...classes.map(
      (one) =>
        `  ${one.name.padEnd(width)}  ${String(one.fields).padStart(5)} fields ${String(one.cells).padStart(7)} cells` +
        (one.cells === 0
          ? ''
          : `  ${one.responders === 0 ? 'none respond' : `${Math.round(100 * one.responders)} % respond`}`),
    ),
    '',
    `  ${fields}  one row a field, with its label${mixed ? 's' : ''} in Metadata_Phenotype`,
    `  ${cells}  one row a cell, with its true class in Phenotype`,
    '',
    'Train on all plates but the last:',
    `  milscope train ${path} --label Phenotype${mixed ? ' --head sigmoid' : ''} --holdout Replicate=${plates} --out run`,
    '',
  ].join('\n');
}

function toJson(screen: WrittenScreen, options: SimulateOptions): Readonly<Record<string, unknown>> {
  const { seed, plates, wells, sites, size, responders, mixture, empty, illumination, background, debris } = options;
  return {
    ...screen,
    channels: ['DNA', 'Actin', 'Tubulin'],
    options: { seed, plates, wells, sites, size, responders, mixture, empty, illumination, background, debris },
  };
}

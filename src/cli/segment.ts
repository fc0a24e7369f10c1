import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MilscopeError } from '../errors.ts';
import { exists } from '../files/exists.ts';
import { writeWhole } from '../files/write-whole.ts';
import { createJacobianMapper } from '../localization/jacobian-map.ts';
import { readModel } from '../network/read-model.ts';
import { createNodeSessionPool } from '../onnx/node/session-pool.ts';
import { createFieldSource } from '../screen/field-source.ts';
import { nodeAccess } from '../screen/node/access.ts';
import type { ScreenOptions } from '../screen/screen-options.ts';
import { formatSkipped, requireReadable } from '../screen/skipped.ts';
import { type OverlapSummary, summarizeOverlap } from '../workflows/segment/overlap-table.ts';
import { createLabelsWriter } from '../workflows/segment/plate-labels.ts';
import { createSegmentMap } from '../workflows/segment/recipes.ts';
import { openReference } from '../workflows/segment/references.ts';
import { segmentScreen } from '../workflows/segment/segment-screen.ts';
import { parseSelections } from '../workflows/segment/selections.ts';
import { adjustmentFor } from '../workflows/shared/measure-plates.ts';
import { openModel, requireChannels } from '../workflows/shared/open-model.ts';
import type { CommonOptions, Console } from './console.ts';
import type { CreateCommand } from './main.ts';
import { openScreen } from './open-screen.ts';
import { createCommand, wholeNumber } from './options.ts';
import { createProgress } from './progress.ts';
import { addScreenOptions, SCREEN_ARGUMENT } from './screen-options.ts';
import { addSegmentationOptions, type SegmentationOptions } from './segmentation-options.ts';
import { addStrictOption, endStrictly, type StrictOptions } from './strict.ts';

interface SegmentOptions extends CommonOptions, ScreenOptions, SegmentationOptions, StrictOptions {
  readonly out: string;
  readonly classes: string;
  readonly reference?: string;
  readonly referenceChannel?: string;
  readonly gallery: number;
  readonly channelMaps: boolean;
  readonly writeLabels: boolean;
  readonly tile?: number;
  readonly workers?: number;
  readonly overwrite: boolean;
}

/** `segment <model> <screen> --out <dir>`: Jacobian maps, masks, regions, and their overlap with a reference. */
export const createSegmentCommand: CreateCommand = (console) =>
  addSegmentationOptions(
    addStrictOption(
      addScreenOptions(
        createCommand('segment', 'Show which pixels spoke for which class, and make masks and regions of them.'),
      ),
    )
      .argument('<model>', 'model.onnx of a run')
      .argument('<screen>', SCREEN_ARGUMENT)
      .requiredOption('--out <dir>', 'folder to write, new or empty')
      .option(
        '--classes <which>',
        'all for one map of all classes together, each for one of every class, or names; with commas between',
        'all',
      ),
  )
    .option('--reference <what>', 'measure the masks against objects, objects=NAME, otsu, or a folder of label images')
    .option('--reference-channel <name>', 'the channel that otsu is made from')
    .option('--gallery <rows>', 'fields in the pictures of gallery/; 0 makes none', wholeNumber({ least: 0 }), 4)
    .option('--channel-maps', 'write and show the map of every channel too', false)
    .option('--write-labels', 'write the regions into the OME-Zarr plate too, as labels/milscope of its images', false)
    .option(
      '--tile <pixels>',
      'draw larger fields in tiles of this side: the same maps in less memory',
      wholeNumber({ least: 32 }),
    )
    .option('--workers <n>', 'fields whose maps are drawn at once (default: --threads)', wholeNumber({ least: 1 }))
    .option('--overwrite', 'replace what is in the folder, and labels/milscope with --write-labels', false)
    .action(async (model: string, screen: string, options: SegmentOptions) => {
      const result = await segmentWith({ modelPath: model, screenPath: screen, options, console });
      console.out(options.json ? `${JSON.stringify(result, undefined, 2)}\n` : summary(result));
      endStrictly(result, options);
    });

interface SegmentResult {
  readonly out: string;
  readonly model: string;
  readonly fields: number;
  readonly regions: number;
  /** Regions of each class. */
  readonly perClass: Readonly<Record<string, number>>;
  readonly empty: number;
  readonly unconverged: number;
  readonly reference: string | null;
  readonly overlap: OverlapSummary | null;
  readonly galleries: readonly string[];
  readonly skipped: number;
  readonly skippedFile: string | null;
}

function summary(result: SegmentResult): string {
  const { out, fields, regions, perClass, empty, unconverged, reference, overlap, galleries, skipped } = result;
  const counts = Object.entries(perClass).map(([name, count]) => `  ${String(count).padStart(6)}  ${name}\n`);
  const figure = ({ mean, median }: { mean: number; median: number }) =>
    `mean ${mean.toFixed(3)}, median ${median.toFixed(3)}`;
  const measured =
    overlap === null
      ? ''
      : `Against ${reference}, ${overlap.fields} fields:
  foreground IoU  ${figure(overlap.foregroundIoU)}
  background IoU  ${figure(overlap.backgroundIoU)}
  mean IU         ${figure(overlap.meanIU)}
`;
  const note = [
    ...(empty > 0 ? [`${empty} fields have no region.\n`] : []),
    ...(unconverged > 0
      ? [`In ${unconverged} fields beliefs were still moving when the sweeps ended; --iterations gives them more.\n`]
      : []),
    ...(skipped > 0 ? [`${skipped} fields or references could not be read: see ${result.skippedFile}\n`] : []),
  ].join('');
  const pictures = galleries.length > 0 ? `Look at it: ${galleries.join(', ')}\n` : '';
  return `${regions} regions in ${fields} fields: ${out}\n${counts.join('')}${measured}${note}${pictures}`;
}

async function segmentWith({
  modelPath,
  screenPath,
  options,
  console,
}: {
  modelPath: string;
  screenPath: string;
  options: SegmentOptions;
  console: Console;
}): Promise<SegmentResult> {
  const { out, threads, workers = threads, tile } = options;
  const segment = createSegmentMap(options);
  await requireNewFolder(out, options);
  const { bytes, about, hash: model } = await openModel(modelPath);
  const selections = parseSelections(options.classes, about.classes);
  const screen = await openScreen(screenPath, options, console);
  requireChannels(screen, about, modelPath);
  const { overwrite } = options;
  const writeLabels = options.writeLabels
    ? createLabelsWriter(screen, { classes: about.classes, overwrite })
    : undefined;
  const reference =
    options.reference === undefined
      ? undefined
      : await openReference(options.reference, { screen, channel: options.referenceChannel });
  const adjust = await adjustmentFor(about, { screen, threads, console });
  const progress = createProgress(console, { label: 'segmenting', total: screen.fields.length, unit: 'fields' });
  const source = createFieldSource(
    screen,
    {
      cacheBytes: 0,
      onSkip: ({ message }) => progress.note(message),
    },
    nodeAccess,
  );
  const pool = createNodeSessionPool({ workers, threads: Math.max(1, Math.floor(threads / workers)) });
  try {
    const found = await segmentScreen(screen, {
      ...{ out, about, selections, segment, source, adjust, reference, progress },
      draw: createJacobianMapper(readModel(bytes, modelPath), { pool, tile, channelMaps: options.channelMaps }),
      atOnce: 2 * pool.size,
      regions: options,
      galleryRows: options.gallery,
      channelMaps: options.channelMaps,
      writeLabels,
    });
    progress.finish();
    if (found.fields === 0) requireReadable(screen, source.skipped());
    const skipped = [...source.skipped(), ...found.lostReferences];
    const skippedFile = join(out, 'skipped.csv');
    await rm(skippedFile, { force: true });
    if (skipped.length > 0) await writeWhole(skippedFile, formatSkipped(skipped));
    return {
      ...{ out, model, fields: found.fields, regions: found.regions },
      perClass: Object.fromEntries(about.classes.map((name, i) => [name, found.perClass[i]!])),
      ...{ empty: found.empty, unconverged: found.unconverged },
      reference: reference?.name ?? null,
      overlap: summarizeOverlap(found.overlaps) ?? null,
      galleries: found.galleries,
      skipped: skipped.length,
      skippedFile: skipped.length > 0 ? skippedFile : null,
    };
  } finally {
    await pool.release();
  }
}

async function requireNewFolder(folder: string, { overwrite }: { overwrite: boolean }): Promise<void> {
  if (overwrite || !(await exists(folder)) || (await readdir(folder)).length === 0) return;
  throw new MilscopeError('OutputExists', {
    file: folder,
    problem: 'the folder holds something already',
    remedy: 'name a folder that is new or empty with --out, or give --overwrite',
  });
}

import * as z from 'zod';
import { SMALLEST_NEW_TILE } from '../../network/new-network.ts';
import {
  listLike,
  model,
  overwrite,
  resume,
  screen,
  screenFields,
  skippedResult,
  text,
  wholeNumber,
  workers,
} from '../request-fields.ts';
import { plateFields } from '../shared/plate-fields.ts';
import { report, reportResult } from '../shared/report/report-fields.ts';
import { segmentationFields } from './segmentation-fields.ts';

/** What `classes` may be made of; which of them the model has is seen later. */
const NAMES = 'names of classes';

function namesOfClasses(names: readonly string[]): readonly string[] {
  if (names.length === 0 || names.includes('')) throw new RangeError(`Expected ${NAMES}.`);
  return names;
}

export const segmentRequest = z.strictObject({
  model,
  screen,
  out: text().meta({ description: 'folder to write, new or empty', value: 'dir', group: 'output' }),
  classes: listLike(namesOfClasses, { expected: NAMES }).default(['all']).meta({
    description:
      'all for one map of all classes together, each for one map of every class, or names of classes, with commas between',
    value: 'which',
    commas: true,
    group: 'how',
  }),
  ...segmentationFields,
  reference: text().optional().meta({
    description: 'measure the masks against objects, objects=NAME, otsu, or a folder of label images',
    value: 'what',
    group: 'how',
  }),
  referenceChannel: text()
    .optional()
    .meta({ description: 'channel for ‹reference› otsu', value: 'name', group: 'how' }),
  tile: wholeNumber({ least: SMALLEST_NEW_TILE }).optional().meta({
    description: 'draw larger fields in tiles with this side: the same maps in less memory',
    value: 'pixels',
    group: 'how',
  }),
  ...plateFields,
  workers,
  gallery: wholeNumber({ least: 0 }).default(4).meta({
    description: 'fields in each picture of gallery/, of all classes together at least one for each; 0 makes none',
    value: 'rows',
    group: 'output',
  }),
  channelMaps: z
    .boolean()
    .default(false)
    .meta({ description: 'write and show the map of every channel too', group: 'output' }),
  writeLabels: z.boolean().default(false).meta({
    description: 'write the regions into the OME-Zarr plate too, as labels/milscope of its images',
    group: 'output',
  }),
  ...screenFields,
  resume: resume('a segmentation that was stopped; one that is finished is left as it is'),
  overwrite: overwrite('what is in the folder, and labels/milscope with ‹writeLabels›'),
  report,
});

export type SegmentRequest = z.output<typeof segmentRequest>;

const figure = z.object({ mean: z.number(), median: z.number() });

const overlapSummary = z.object({
  fields: z.number().meta({ description: 'fields with a reference' }),
  foregroundIoU: figure,
  backgroundIoU: figure,
  meanIU: figure,
});

export const segmentResult = z.object({
  out: z.string().meta({ description: 'folder that was written' }),
  model: z.string().meta({ description: 'path of the model' }),
  modelHash: z.string().meta({ description: 'SHA-256 of the model file' }),
  fields: z.number().meta({ description: 'fields segmented' }),
  regions: z.number().meta({ description: 'regions found in them' }),
  perClass: z.record(z.string(), z.number()).meta({ description: 'regions of each class' }),
  empty: z.number().meta({ description: 'fields without any region' }),
  unconverged: z.number().meta({ description: 'fields in which belief propagation had not converged' }),
  reference: z.string().nullable().meta({ description: 'what the masks were measured against' }),
  overlap: overlapSummary.nullable().meta({ description: 'mean and median over the fields of the overlap with it' }),
  galleries: z.array(z.string()).readonly().meta({ description: 'pictures of fields' }),
  ...reportResult,
  ...skippedResult,
});

export type SegmentResult = z.output<typeof segmentResult>;

/** Mean and median over the fields of a screen. */
export type OverlapSummary = z.output<typeof overlapSummary>;

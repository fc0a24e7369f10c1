import * as z from 'zod';
import { oneOf, overwrite, screen, screenFields, text, wholeNumber } from '../request-fields.ts';
import { also, models } from '../shared/ensemble/model-fields.ts';
import { plateFields } from '../shared/plate-fields.ts';

/** What a model is licensed under unless its owner says otherwise. */
export const LICENSE = 'CC-BY-4.0';

const names = z.array(text(), { error: 'Expected a list of texts.' }).readonly().default([]);

/** What is asked of an export. */
export const exportRequest = z.strictObject({
  model: models,
  out: text().meta({
    description: 'a package (.zip), or the model alone (.onnx); of several models, one file that averages them (.onnx)',
    value: 'file',
    group: 'output',
  }),
  also,
  precision: oneOf(['float32', 'int8'])
    .default('float32')
    .meta({
      description:
        'int8: most convolutions in whole numbers of one byte, which takes about half the time on processors with VNNI; ' +
        'needs ‹calibrate›, and a name that ends in .onnx',
      group: 'output',
    }),
  calibrate: text()
    .optional()
    .meta({
      description: `measure the ranges of int8 on up to 100 training fields of it: ${screen.description}`,
      value: 'screen',
      group: 'screen',
    }),
  name: text()
    .optional()
    .meta({
      description: 'name of the model: 5 to 128 letters, digits, blanks, _ + - ( )',
      ...{ value: 'text', usually: 'after the label', group: 'output' },
    }),
  description: text().optional().meta({
    description: 'what the model does',
    value: 'text',
    usually: 'classes, channels and pooling in a sentence',
    group: 'output',
  }),
  author: names.meta({ description: 'who made the model (repeatable)', value: 'name', group: 'output' }),
  license: text()
    .optional()
    .meta({ description: 'SPDX identifier of the licence', value: 'id', usually: LICENSE, group: 'output' }),
  tag: names.meta({ description: 'add a tag (repeatable)', value: 'word', group: 'output' }),
  timestamp: wholeNumber({ least: 0, most: 9_999_999_999 }).optional().meta({
    description: 'time that the package bears, in seconds since 1970',
    value: 'seconds',
    usually: 'when the training began',
    // Builds that can be repeated set it, see https://reproducible-builds.org/specs/source-date-epoch.
    environment: 'SOURCE_DATE_EPOCH',
    group: 'output',
  }),
  screen: text()
    .optional()
    .meta({
      description: `take test input and cover from a field of it: ${screen.description}`,
      value: 'screen',
      group: 'screen',
    }),
  ...screenFields,
  ...plateFields,
  overwrite: overwrite('the file'),
});

export type ExportRequest = z.output<typeof exportRequest>;

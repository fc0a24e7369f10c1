import * as z from 'zod';
import { text } from '../../request-fields.ts';

/** A model, or several: of a folder of runs all. */
export const models = text().meta({
  description: 'folder of a run, or its model.onnx; of a folder of runs, as ‹seeds› makes it, all are averaged',
  value: 'model',
  argument: true,
});

/** Further models of an ensemble. */
export const also = z.array(text(), { error: 'Expected paths of models.' }).readonly().optional().meta({
  description: 'a further model, or folder of runs, to average with the first (repeatable)',
  value: 'model',
  group: 'how',
});

import { bagOfLogit } from './max.ts';
import { logSumExpOver } from './over.ts';
import { noParameters, type Pooling } from './pooling.ts';

/**
 * Integrated segmentation and recognition (Keeler, Rumelhart & Leow 1991; section 2 of the paper): P = v / (1 + v) with
 * v = Σ p / (1 - p). Since p / (1 - p) = e^z, the logit of P is ln Σ e^z: the summary.
 */
export const isr: Pooling = {
  name: 'isr',
  parameterShapes: noParameters,
  merge: ['log-sum-exp'],
  summary: (instances) => [logSumExpOver(instances.logits, instances)],
  finish: ([logit]) => bagOfLogit(logit!),
};

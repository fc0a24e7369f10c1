import type { Value } from '../../onnx/graph.ts';
import { conv } from '../../onnx/operators/convolution.ts';
import { add, exp, mul, neg, sigmoid, sub } from '../../onnx/operators/elementwise.ts';
import { logSigmoid } from './limits.ts';
import { logSumExpOver } from './over.ts';
import type { Instances, Pooling, PoolingOptions } from './pooling.ts';

/** Length of the hidden vectors of the attention, the L of Ilse et al. */
const HIDDEN = 128;

/**
 * Gated attention (Ilse, Tomczak & Welling 2018, equation 9), one for each class: P = Σ α p with
 *
 *   α = softmax over the instances of e,   e = wᵀ (tanh(V h) ⊙ σ(U h)),
 *
 * h being the features of the instance. The summary is ln Σ eᵉ, ln Σ eᵉ p and ln Σ eᵉ (1 - p), so that tiles can be
 * merged, and both logarithms of P are differences of them.
 */
export const attention: Pooling = {
  name: 'attention',
  parameterShapes: ({ classes, features }) => ({
    'attention.tanh.weight': [HIDDEN, features, 1, 1],
    'attention.tanh.bias': [HIDDEN],
    'attention.gate.weight': [HIDDEN, features, 1, 1],
    'attention.gate.bias': [HIDDEN],
    'attention.score.weight': [classes, HIDDEN, 1, 1],
  }),
  merge: ['log-sum-exp', 'log-sum-exp', 'log-sum-exp'],
  summary: (instances, options) => {
    const e = attentionScores(instances, options);
    const { logits } = instances;
    return [e, add(e, logSigmoid(logits)), add(e, logSigmoid(neg(logits)))].map((x) => logSumExpOver(x, instances));
  },
  finish: ([all, positive, negative]) => {
    const log = sub(positive!, all!);
    return { probability: exp(log), log, logComplement: sub(negative!, all!) };
  },
};

/** e of every instance and class, `[N, K, h, w]`. */
function attentionScores({ features }: Instances, { parameters }: PoolingOptions): Value {
  const layer = (name: string) =>
    conv(features, parameters[`attention.${name}.weight`]!, { bias: parameters[`attention.${name}.bias`]! });
  return conv(mul(tanh(layer('tanh')), sigmoid(layer('gate'))), parameters['attention.score.weight']!);
}

/** tanh x = 2 σ(2x) - 1. */
function tanh(x: Value): Value {
  return sub(mul(sigmoid(mul(x, 2)), 2), 1);
}

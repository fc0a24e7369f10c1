import { MilscopeError } from '../errors.ts';
import type { Node, Value } from './graph.ts';
import { add } from './operators/elementwise.ts';
import { float32, formatType } from './tensor.ts';

/**
 * Extends the graph of `loss` (a scalar) by reverse-mode differentiation and gives d loss / d v for each `v` of
 * `parameters`, with the shape of `v`. Only what lies between the parameters and the loss is differentiated.
 *
 * Throws `BadShape` if the loss is no scalar, does not depend on a parameter, or passes through an operator without
 * a gradient rule.
 */
export function gradients(loss: Value, parameters: readonly Value[]): Value[] {
  if (loss.shape.length !== 0) {
    throw new MilscopeError('BadShape', {
      problem: 'only a scalar has gradients',
      found: formatType(loss),
      expected: 'float32[]',
    });
  }
  const nodes = [...loss.graph.nodes];
  const depends = new Set<Value>(parameters);
  for (const node of nodes) {
    if (node.inputs.some((value) => value && depends.has(value))) for (const out of node.outputs) depends.add(out);
  }
  const gradient = new Map<Value, Value>([[loss, loss.graph.constant(float32([1], []))]]);
  for (const node of nodes.reverse()) {
    const output = node.outputs[0] as Value;
    const dy = gradient.get(output);
    if (!dy || !depends.has(output)) continue;
    for (const [input, dx] of inputGradients(node, dy, depends)) {
      const before = gradient.get(input);
      gradient.set(input, before ? add(before, dx) : dx);
    }
  }
  return parameters.map((parameter) => {
    const result = gradient.get(parameter);
    if (result) return result;
    throw new MilscopeError('BadShape', { problem: `the loss does not depend on "${parameter.name}"` });
  });
}

function inputGradients(node: Node, dy: Value, depends: ReadonlySet<Value>): [Value, Value][] {
  if (!node.operator.gradient) {
    throw new MilscopeError('BadShape', { problem: `${node.operator.name} has no gradient rule` });
  }
  const wanted = node.inputs.map((value) => value !== undefined && depends.has(value));
  const found = node.operator.gradient(node, dy, wanted);
  const pairs: [Value, Value][] = [];
  for (const [i, input] of node.inputs.entries()) {
    const dx = found[i];
    if (!wanted[i] || !input || !dx) continue;
    if (dx.shape.join() !== input.shape.join()) {
      throw new MilscopeError('BadShape', {
        problem: `the gradient rule of ${node.operator.name} is wrong for input ${i}`,
        found: formatType(dx),
        expected: formatType(input),
      });
    }
    pairs.push([input, dx]);
  }
  return pairs;
}

import { MilscopeError } from '../errors.ts';
import type { Node, Operator, Value } from './graph.ts';
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
  return propagateBack([{ value: loss, gradient: loss.graph.constant(float32([1], [])) }], parameters);
}

/** Where a backward pass starts: a value, and the gradient that it is given, of the same shape. */
export interface GradientStart {
  readonly value: Value;
  readonly gradient: Value;
}

/** A rule of the gradient of an operator. */
type OperatorGradient = NonNullable<Operator['gradient']>;

/** How a backward pass differs from plain differentiation. */
export interface BackwardRules {
  /**
   * What becomes of the complete gradient of every value on the way, those of the targets included and those given at the
   * start not; with a ReLU, say, only what speaks for the start is handed on. Left out, it stays as it is.
   */
  readonly arriving?: ((gradient: Value) => Value) | undefined;
  /** By the names of operators, rules to use in place of their own. */
  readonly through?: Readonly<Record<string, OperatorGradient>> | undefined;
}

/**
 * Extends the graph by a backward pass that starts with given gradients at given values, and gives the gradient that
 * arrives at each of `targets`, with its shape: the vector-Jacobian product Σ gradientᵀ · d value / d target, where no
 * rules say otherwise.
 *
 * Throws `BadShape` if a gradient has not the shape of its value, no start depends on a target, or the way passes through
 * an operator without a gradient rule.
 */
export function propagateBack(
  starts: readonly GradientStart[],
  targets: readonly Value[],
  { arriving = (gradient) => gradient, through = {} }: BackwardRules = {},
): Value[] {
  const { graph } = targets[0]!;
  const nodes = [...graph.nodes];
  const depends = new Set<Value>(targets);
  for (const node of nodes) {
    if (node.inputs.some((value) => value && depends.has(value))) for (const out of node.outputs) depends.add(out);
  }
  /** Values whose gradient `arriving` has seen, or shall not see. */
  const settled = new Set<Value>();
  const gradient = new Map<Value, Value>();
  const accumulate = (value: Value, more: Value) => {
    const before = gradient.get(value);
    gradient.set(value, before ? add(before, more) : more);
  };
  for (const { value, gradient: start } of starts) {
    if (start.shape.join() !== value.shape.join()) {
      throw new MilscopeError('BadShape', {
        problem: `the backward pass cannot start at "${value.name}"`,
        found: formatType(start),
        expected: formatType(value),
      });
    }
    accumulate(value, start);
    settled.add(value);
  }
  const complete = (value: Value): Value | undefined => {
    const found = gradient.get(value);
    if (!found || settled.has(value)) return found;
    const ruled = arriving(found);
    gradient.set(value, ruled);
    // Complete: a target on the way of others is asked for twice.
    settled.add(value);
    return ruled;
  };
  for (const node of nodes.reverse()) {
    const output = node.outputs[0] as Value;
    if (!depends.has(output) || !node.inputs.some((value) => value && depends.has(value))) continue;
    const dy = complete(output);
    if (!dy) continue;
    for (const [input, dx] of inputGradients(node, dy, { depends, through })) accumulate(input, dx);
  }
  return targets.map((target) => {
    const result = complete(target);
    if (result) return result;
    throw new MilscopeError('BadShape', {
      problem: `what the backward pass starts at does not depend on "${target.name}"`,
    });
  });
}

function inputGradients(
  node: Node,
  dy: Value,
  { depends, through }: { depends: ReadonlySet<Value>; through: Readonly<Record<string, OperatorGradient>> },
): [Value, Value][] {
  const rule = through[node.operator.name] ?? node.operator.gradient;
  if (!rule) {
    throw new MilscopeError('BadShape', { problem: `${node.operator.name} has no gradient rule` });
  }
  const wanted = node.inputs.map((value) => value !== undefined && depends.has(value));
  const found = rule(node, dy, wanted);
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

import { MilscopeError } from '../errors.ts';
import type { Node, Operator, Value } from './graph.ts';
import { add } from './operators/elementwise.ts';
import { float32, formatType } from './tensor.ts';

/**
 * Extends the graph of `loss` (a scalar) by reverse-mode differentiation and gives d loss / d v for each `v` of
 * `parameters`, with the shape of `v`. Only the operators between the parameters and the loss are differentiated.
 *
 * Throws `BadShape` if the loss is not a scalar, does not depend on a parameter, or passes through an operator without
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

/** The start of a backward pass: a value, and its given gradient of the same shape. */
export interface GradientStart {
  readonly value: Value;
  readonly gradient: Value;
}

/** A gradient rule of an operator. */
type OperatorGradient = NonNullable<Operator['gradient']>;

/** How a backward pass differs from plain differentiation. */
export interface BackwardRules {
  /**
   * Applied to the complete gradient of every value on the path, including the targets but not the given starts. With a
   * ReLU, for example, only positive contributions are passed on. By default gradients are unchanged.
   */
  readonly arriving?: ((gradient: Value) => Value) | undefined;
  /** Rules that replace those of the named operators. */
  readonly through?: Readonly<Record<string, OperatorGradient>> | undefined;
}

/**
 * Extends the graph by a backward pass that starts with given gradients at given values, and gives the gradient that
 * arrives at each of `targets`, with its shape: the vector-Jacobian product Σ gradientᵀ · d value / d target, unless
 * rules are replaced.
 *
 * Throws `BadShape` if a gradient does not have the shape of its value, if no start depends on a target, or if the path
 * passes through an operator without a gradient rule.
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
  /** Values to whose gradient `arriving` was applied, or must not be. */
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
    // Already complete: a target on the path to others is visited twice.
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

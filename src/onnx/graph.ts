import { MilscopeError } from '../errors.ts';
import { type Dimension, type ElementType, formatType, type Tensor, type TensorType } from './tensor.ts';

/**
 * A graph of ONNX operators that knows the type and shape of every value from the moment it is built, and refuses a
 * wrong one at the line that makes it.
 *
 * @example
 * const graph = createGraph();
 * const x = graph.input('x', 'float32', ['N', 3, 64, 64]);
 * const w = graph.constant(float32(weights, [32, 3, 3, 3]));
 * const y = relu(conv(x, w, { pads: 1 }));
 * const bytes = encodeModel(graph, { outputs: { y } });
 */
export interface Graph {
  /** Whether operators of ONNX Runtime's own domain (`com.microsoft`) may be used where they are faster. */
  readonly microsoft: boolean;
  readonly inputs: readonly Value[];
  readonly constants: readonly Value[];
  readonly nodes: readonly Node[];
  /** A value that is supplied when the graph runs. */
  input(name: string, type: ElementType, shape: readonly Dimension[]): Value;
  /** A value that is stored in the model. */
  constant(tensor: Tensor, name?: string): Value;
  /** Adds a node; used by the operators' functions. */
  apply(
    operator: Operator,
    inputs: readonly (Value | undefined)[],
    attributes?: Attributes,
    outputCount?: number,
  ): readonly Value[];
}

/** One tensor of a graph. */
export interface Value extends TensorType {
  readonly graph: Graph;
  /** Unique in the graph. */
  readonly name: string;
  /** The stored numbers of a constant. */
  readonly tensor?: Tensor;
  /** The node that computes it, unless it is an input or a constant. */
  readonly node?: Node;
}

export type Attributes = Readonly<Record<string, Attribute>>;

/** An attribute: a whole number, a float (marked, since JavaScript cannot tell 1 from 1.0), a text, or whole numbers. */
export type Attribute = number | { readonly float: number } | string | readonly number[];

/** One use of an operator. */
export interface Node {
  readonly operator: Operator;
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: Attributes;
  readonly outputs: readonly Value[];
}

/** An ONNX operator: its output types for given input types, and its gradient rule. */
export interface Operator {
  readonly name: string;
  /** `com.microsoft`, or nothing for ONNX's own. */
  readonly domain?: string;
  /** Types of the outputs; throws an explanation by {@link refuse} when the inputs do not fit. */
  infer(inputs: readonly (Value | undefined)[], attributes: Attributes): readonly TensorType[];
  /**
   * Gradients of the loss with respect to the inputs for which `wanted` is true, given the gradient `dy` of the first
   * output. Absent where no gradient flows.
   */
  gradient?(node: Node, dy: Value, wanted: readonly boolean[]): readonly (Value | undefined)[];
}

/** Thrown inside `infer`: becomes a `BadShape` error that names the operator and the shapes. */
export function refuse(expected: string): never {
  throw new Refusal(expected);
}

class Refusal extends Error {}

/** An empty graph. */
export function createGraph({ microsoft = false }: { microsoft?: boolean } = {}): Graph {
  const inputs: Value[] = [];
  const constants: Value[] = [];
  const nodes: Node[] = [];
  const names = new Set<string>();
  const shared = new Map<string, Value>();

  const unique = (stem: string): string => {
    let name = stem;
    for (let i = names.size; names.has(name); i++) name = `${stem}_${i}`;
    names.add(name);
    return name;
  };
  const graph: Graph = {
    microsoft,
    inputs,
    constants,
    nodes,
    input(name, type, shape) {
      if (names.has(name)) throw new MilscopeError('BadShape', { problem: `the graph already has a value "${name}"` });
      const value: Value = { graph, name: unique(name), type, shape };
      inputs.push(value);
      return value;
    },
    constant(tensor, name) {
      const key = tensor.data.length <= 8 && name === undefined ? constantKey(tensor) : undefined;
      const known = key === undefined ? undefined : shared.get(key);
      if (known) return known;
      const value: Value = { graph, name: unique(name ?? 'constant'), type: tensor.type, shape: tensor.shape, tensor };
      constants.push(value);
      if (key !== undefined) shared.set(key, value);
      return value;
    },
    apply(operator, operands, attributes = {}, outputCount = 1) {
      const foreign = operands.find((value) => value !== undefined && value.graph !== graph);
      if (foreign) {
        throw new MilscopeError('BadShape', {
          problem: `${operator.name} was given "${foreign.name}", a value of another graph`,
        });
      }
      const outputs: Value[] = [];
      const node: Node = { operator, inputs: operands, attributes, outputs };
      for (const type of inferOrExplain(operator, operands, attributes).slice(0, outputCount)) {
        outputs.push({ graph, node, name: unique(operator.name.toLowerCase()), ...type });
      }
      nodes.push(node);
      return outputs;
    },
  };
  return graph;
}

function inferOrExplain(operator: Operator, inputs: readonly (Value | undefined)[], attributes: Attributes) {
  try {
    return operator.infer(inputs, attributes);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new MilscopeError('BadShape', {
      problem: `${operator.name} cannot take these shapes`,
      found: inputs.map((value) => (value ? `${value.name} ${formatType(value)}` : 'nothing')).join(', '),
      expected: error.message,
    });
  }
}

function constantKey({ type, shape, data }: Tensor): string {
  const bits = Array.from(data as ArrayLike<number | bigint>, (v) => (Object.is(v, -0) ? '-0' : String(v)));
  return `${type}:${shape.join()}:${bits.join()}`;
}

/** The whole numbers in an int64 constant, as used for axes and shapes. */
export function wholeNumbers(value: Value): number[] {
  return Array.from((value.tensor as Tensor).data as BigInt64Array, Number);
}

/** The shape of a value whose sizes are all known; throws `BadShape` otherwise, naming `purpose`. */
export function staticShape(value: Value, purpose: string): readonly number[] {
  if (value.shape.every((size) => typeof size === 'number')) return value.shape as readonly number[];
  throw new MilscopeError('BadShape', {
    problem: `${purpose} needs every size of "${value.name}" when the graph is built`,
    found: formatType(value),
  });
}

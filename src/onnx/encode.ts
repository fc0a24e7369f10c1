import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { MilscopeError } from '../errors.ts';
import type { Attribute, Graph, Node, Value } from './graph.ts';
import * as P from './protobuf.ts';
import { ELEMENT_TYPES, type Tensor, type TensorType } from './tensor.ts';

/** ONNX operator set and file version that milscope writes: old enough for every runtime of recent years. */
const OPSET_VERSION = 18;
const IR_VERSION = 8;

/** What goes into a model besides its graph. */
export interface EncodeOptions {
  /** Outputs of the model, by name. */
  readonly outputs: Readonly<Record<string, Value>>;
  /** Texts stored in the model's metadata. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * The bytes of an ONNX model. Nodes and constants that no output needs are omitted. The shape of every value is
 * recorded, so that a runtime can check it against its own inference. Throws `BadShape` when an output has the name of
 * an input that is another value.
 */
export function encodeModel(graph: Graph, { outputs, metadata = {} }: EncodeOptions): Uint8Array {
  for (const { name } of graph.inputs) {
    if (outputs[name] && outputs[name].name !== name) {
      throw new MilscopeError('BadShape', { problem: `"${name}" is asked for as an output, but it is an input` });
    }
  }
  const needed = nodesFor(Object.values(outputs));
  const named = nameOutputs(outputs);
  const model = new BinaryWriter();
  model.tag(P.MODEL.irVersion, P.WIRE.varint).int64(IR_VERSION);
  model.tag(P.MODEL.producerName, P.WIRE.bytes).string('milscope');
  message(model, P.MODEL.graph, (out) => writeGraph(out, graph, needed, named, outputs));
  const domains = new Set(['', ...[...needed].map(({ operator }) => operator.domain ?? '')]);
  for (const domain of domains) {
    message(model, P.MODEL.opsetImport, (out) => {
      out.tag(P.OPSET.domain, P.WIRE.bytes).string(domain);
      out.tag(P.OPSET.version, P.WIRE.varint).int64(domain === '' ? OPSET_VERSION : 1);
    });
  }
  for (const [key, value] of Object.entries(metadata)) {
    message(model, P.MODEL.metadata, (out) => {
      out.tag(P.ENTRY.key, P.WIRE.bytes).string(key);
      out.tag(P.ENTRY.value, P.WIRE.bytes).string(value);
    });
  }
  return model.finish();
}

function nodesFor(outputs: readonly Value[]): ReadonlySet<Node> {
  const needed = new Set<Node>();
  const open = outputs.flatMap(({ node }) => (node ? [node] : []));
  for (let node = open.pop(); node; node = open.pop()) {
    if (needed.has(node)) continue;
    needed.add(node);
    for (const input of node.inputs) if (input?.node) open.push(input.node);
  }
  return needed;
}

/** Names of values in the file: an output gets the requested name, unless it already has one. */
function nameOutputs(outputs: Readonly<Record<string, Value>>): Map<Value, string> {
  const names = new Map<Value, string>();
  for (const [name, value] of Object.entries(outputs)) if (value.node && !names.has(value)) names.set(value, name);
  return names;
}

function writeGraph(
  out: BinaryWriter,
  graph: Graph,
  needed: ReadonlySet<Node>,
  named: ReadonlyMap<Value, string>,
  outputs: Readonly<Record<string, Value>>,
): void {
  // Names of outputs are fixed; an inner value that has the same name is renamed.
  const nameOf = (value: Value | undefined): string => {
    if (!value) return '';
    return named.get(value) ?? (value.name in outputs && (value.node || value.tensor) ? `${value.name}_` : value.name);
  };
  const used = new Set([...needed].flatMap(({ inputs }) => inputs).concat(Object.values(outputs)));
  const nodes = graph.nodes.filter((node) => needed.has(node));
  for (const node of nodes) message(out, P.GRAPH.node, (inner) => writeNode(inner, node, nameOf));
  // An input or constant that is also an output, or a value that is two outputs, needs an identity node.
  for (const [name, value] of Object.entries(outputs)) {
    if (nameOf(value) !== name) {
      message(out, P.GRAPH.node, (inner) => {
        inner.tag(P.NODE.input, P.WIRE.bytes).string(nameOf(value));
        inner.tag(P.NODE.output, P.WIRE.bytes).string(name);
        inner.tag(P.NODE.opType, P.WIRE.bytes).string('Identity');
      });
    }
  }
  out.tag(P.GRAPH.name, P.WIRE.bytes).string('milscope');
  for (const value of graph.constants) {
    if (used.has(value)) message(out, P.GRAPH.initializer, (inner) => writeTensor(inner, nameOf(value), value.tensor!));
  }
  for (const value of graph.inputs) message(out, P.GRAPH.input, (inner) => writeValueInfo(inner, value.name, value));
  for (const [name, value] of Object.entries(outputs)) {
    message(out, P.GRAPH.output, (inner) => writeValueInfo(inner, name, value));
  }
  for (const value of nodes.flatMap((node) => node.outputs)) {
    if (!named.has(value)) message(out, P.GRAPH.valueInfo, (inner) => writeValueInfo(inner, nameOf(value), value));
  }
}

function writeNode(out: BinaryWriter, node: Node, nameOf: (value: Value | undefined) => string): void {
  for (const value of node.inputs) out.tag(P.NODE.input, P.WIRE.bytes).string(nameOf(value));
  for (const value of node.outputs) out.tag(P.NODE.output, P.WIRE.bytes).string(nameOf(value));
  out.tag(P.NODE.name, P.WIRE.bytes).string(node.outputs[0]!.name);
  out.tag(P.NODE.opType, P.WIRE.bytes).string(node.operator.name);
  for (const [name, value] of Object.entries(node.attributes)) {
    message(out, P.NODE.attribute, (inner) => writeAttribute(inner, name, value));
  }
  if (node.operator.domain) out.tag(P.NODE.domain, P.WIRE.bytes).string(node.operator.domain);
}

function writeAttribute(out: BinaryWriter, name: string, value: Attribute): void {
  const type = (number: number) => out.tag(P.ATTRIBUTE.type, P.WIRE.varint).int32(number);
  out.tag(P.ATTRIBUTE.name, P.WIRE.bytes).string(name);
  if (typeof value === 'number') {
    out.tag(P.ATTRIBUTE.i, P.WIRE.varint).int64(value);
    type(P.ATTRIBUTE_TYPE.int);
  } else if (typeof value === 'string') {
    out.tag(P.ATTRIBUTE.s, P.WIRE.bytes).string(value);
    type(P.ATTRIBUTE_TYPE.string);
  } else if ('float' in value) {
    out.tag(P.ATTRIBUTE.f, P.WIRE.fixed32).float(value.float);
    type(P.ATTRIBUTE_TYPE.float);
  } else {
    for (const item of value) out.tag(P.ATTRIBUTE.ints, P.WIRE.varint).int64(item);
    type(P.ATTRIBUTE_TYPE.ints);
  }
}

function writeTensor(out: BinaryWriter, name: string, { type, shape, data }: Tensor): void {
  for (const size of shape) out.tag(P.TENSOR.dims, P.WIRE.varint).int64(size);
  out.tag(P.TENSOR.dataType, P.WIRE.varint).int32(ELEMENT_TYPES[type]);
  out.tag(P.TENSOR.name, P.WIRE.bytes).string(name);
  // ONNX requires little-endian bytes, as on every platform that runs Node or a browser.
  out.tag(P.TENSOR.rawData, P.WIRE.bytes).bytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function writeValueInfo(out: BinaryWriter, name: string, { type, shape }: TensorType): void {
  out.tag(P.VALUE_INFO.name, P.WIRE.bytes).string(name);
  message(out, P.VALUE_INFO.type, (outer) =>
    message(outer, P.TYPE.tensor, (tensor) => {
      tensor.tag(P.TENSOR_TYPE.elementType, P.WIRE.varint).int32(ELEMENT_TYPES[type]);
      message(tensor, P.TENSOR_TYPE.shape, (inner) => {
        for (const size of shape) {
          message(inner, P.SHAPE.dimension, (dimension) => {
            if (typeof size === 'number') dimension.tag(P.DIMENSION.value, P.WIRE.varint).int64(size);
            else dimension.tag(P.DIMENSION.name, P.WIRE.bytes).string(size);
          });
        }
      });
    }),
  );
}

function message(out: BinaryWriter, field: number, write: (inner: BinaryWriter) => void): void {
  out.tag(field, P.WIRE.bytes).fork();
  write(out);
  out.join();
}

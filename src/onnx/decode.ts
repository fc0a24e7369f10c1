import { BinaryReader } from '@bufbuild/protobuf/wire';
import { MilscopeError } from '../errors.ts';
import type { Attribute } from './graph.ts';
import * as P from './protobuf.ts';
import { type Dimension, ELEMENT_TYPES, type ElementType, sizeOf, type Tensor, type TensorData } from './tensor.ts';

/** The contents of an ONNX file, as plain data. */
export interface DecodedModel {
  readonly irVersion: number;
  readonly producerName: string;
  /** Version of each operator set, by domain (`''` is ONNX's own). */
  readonly opsets: Readonly<Record<string, number>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly nodes: readonly DecodedNode[];
  readonly initializers: Readonly<Record<string, Tensor>>;
  readonly inputs: readonly DecodedValue[];
  readonly outputs: readonly DecodedValue[];
}

/** One node of an ONNX file. */
export interface DecodedNode {
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute | undefined>>;
}

/** Name, type (ONNX's number) and shape of an input or output. */
export interface DecodedValue {
  readonly name: string;
  readonly type: number;
  readonly shape: readonly Dimension[];
}

/** Reads the bytes of an ONNX model. Throws `BadModel`, naming `file`, when they are not one. */
export function decodeModel(bytes: Uint8Array, file = 'the model'): DecodedModel {
  try {
    const model = readModel(bytes);
    if (model.irVersion > 0 && model.nodes.length > 0) return model;
  } catch (cause) {
    if (cause instanceof MilscopeError) throw cause;
    throw new MilscopeError('BadModel', { file, problem: 'not an ONNX model, or a truncated one', cause });
  }
  throw new MilscopeError('BadModel', { file, problem: 'not an ONNX model', found: 'no graph in it' });
}

/** One field of a message: its number, and readers for its content. */
type Visit = (field: number, reader: BinaryReader) => boolean;

function walk(bytes: Uint8Array, visit: Visit): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (!visit(field, reader)) reader.skip(wire, field);
  }
}

function readModel(bytes: Uint8Array): DecodedModel {
  let irVersion = 0;
  let producerName = '';
  const opsets: Record<string, number> = {};
  const metadata: Record<string, string> = {};
  let graph: ReturnType<typeof readGraph> = { nodes: [], initializers: {}, inputs: [], outputs: [] };
  walk(bytes, (field, reader) => {
    if (field === P.MODEL.irVersion) irVersion = Number(reader.int64());
    else if (field === P.MODEL.producerName) producerName = reader.string();
    else if (field === P.MODEL.graph) graph = readGraph(reader.bytes());
    else if (field === P.MODEL.opsetImport) {
      let [domain, version] = ['', 0];
      walk(reader.bytes(), (inner, part) => {
        if (inner === P.OPSET.domain) domain = part.string();
        else if (inner === P.OPSET.version) version = Number(part.int64());
        else return false;
        return true;
      });
      opsets[domain] = version;
    } else if (field === P.MODEL.metadata) {
      const [key, value] = readEntry(reader.bytes());
      metadata[key] = value;
    } else return false;
    return true;
  });
  return { irVersion, producerName, opsets, metadata, ...graph };
}

function readEntry(bytes: Uint8Array): [string, string] {
  const entry: [string, string] = ['', ''];
  walk(bytes, (field, reader) => {
    if (field !== P.ENTRY.key && field !== P.ENTRY.value) return false;
    entry[field === P.ENTRY.key ? 0 : 1] = reader.string();
    return true;
  });
  return entry;
}

function readGraph(bytes: Uint8Array) {
  const nodes: DecodedNode[] = [];
  const initializers: Record<string, Tensor> = {};
  const inputs: DecodedValue[] = [];
  const outputs: DecodedValue[] = [];
  walk(bytes, (field, reader) => {
    if (field === P.GRAPH.node) nodes.push(readNode(reader.bytes()));
    else if (field === P.GRAPH.input) inputs.push(readValueInfo(reader.bytes()));
    else if (field === P.GRAPH.output) outputs.push(readValueInfo(reader.bytes()));
    else if (field === P.GRAPH.initializer) {
      const [name, tensor] = readTensor(reader.bytes());
      initializers[name] = tensor;
    } else return false;
    return true;
  });
  return { nodes, initializers, inputs, outputs };
}

function readNode(bytes: Uint8Array): DecodedNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: Record<string, Attribute | undefined> = {};
  let [name, opType, domain] = ['', '', ''];
  walk(bytes, (field, reader) => {
    if (field === P.NODE.input) inputs.push(reader.string());
    else if (field === P.NODE.output) outputs.push(reader.string());
    else if (field === P.NODE.name) name = reader.string();
    else if (field === P.NODE.opType) opType = reader.string();
    else if (field === P.NODE.domain) domain = reader.string();
    else if (field === P.NODE.attribute) {
      const [key, value] = readAttribute(reader.bytes());
      attributes[key] = value;
    } else return false;
    return true;
  });
  return { name, opType, domain, inputs, outputs, attributes };
}

function readAttribute(bytes: Uint8Array): [string, Attribute | undefined] {
  let name = '';
  let value: Attribute | undefined;
  const ints: number[] = [];
  let isList = false;
  walk(bytes, (field, reader) => {
    if (field === P.ATTRIBUTE.name) name = reader.string();
    else if (field === P.ATTRIBUTE.f) value = { float: reader.float() };
    else if (field === P.ATTRIBUTE.i) value = Number(reader.int64());
    else if (field === P.ATTRIBUTE.s) value = reader.string();
    else if (field === P.ATTRIBUTE.ints) ints.push(Number(reader.int64()));
    else if (field === P.ATTRIBUTE.type) isList = reader.int32() === P.ATTRIBUTE_TYPE.ints;
    else return false;
    return true;
  });
  return [name, isList ? ints : value];
}

function readTensor(bytes: Uint8Array): [string, Tensor] {
  const shape: number[] = [];
  let name = '';
  let type: ElementType | undefined;
  let raw: Uint8Array | undefined;
  walk(bytes, (field, reader) => {
    if (field === P.TENSOR.dims) shape.push(Number(reader.int64()));
    else if (field === P.TENSOR.dataType) type = elementType(reader.int32());
    else if (field === P.TENSOR.name) name = reader.string();
    else if (field === P.TENSOR.rawData) raw = reader.bytes();
    else return false;
    return true;
  });
  if (!type || !raw) {
    throw new MilscopeError('BadModel', {
      problem: `the model's constant "${name}" is not stored as raw bytes of a known type`,
      remedy: 'give a model that milscope wrote',
    });
  }
  return [name, { type, shape, data: view(type, raw, sizeOf(shape)) }];
}

function elementType(number: number): ElementType | undefined {
  return (Object.keys(ELEMENT_TYPES) as ElementType[]).find((type) => ELEMENT_TYPES[type] === number);
}

function view(type: ElementType, raw: Uint8Array, size: number): TensorData {
  const arrays = {
    float32: Float32Array,
    float64: Float64Array,
    uint8: Uint8Array,
    int8: Int8Array,
    bool: Uint8Array,
    int32: Int32Array,
    int64: BigInt64Array,
  };
  // Copied, since the bytes of a message may lie anywhere and typed arrays need alignment.
  const data = new arrays[type](new Uint8Array(raw).buffer);
  if (data.length === size) return data;
  throw new MilscopeError('BadModel', {
    problem: 'a constant of the model has the wrong number of elements',
    found: String(data.length),
    expected: String(size),
  });
}

function readValueInfo(bytes: Uint8Array): DecodedValue {
  let name = '';
  let type = 0;
  const shape: Dimension[] = [];
  walk(bytes, (field, reader) => {
    if (field === P.VALUE_INFO.name) name = reader.string();
    else if (field === P.VALUE_INFO.type) {
      inside(reader.bytes(), P.TYPE.tensor, (tensor) => {
        walk(tensor, (inner, part) => {
          if (inner === P.TENSOR_TYPE.elementType) type = part.int32();
          else if (inner === P.TENSOR_TYPE.shape)
            inside(part.bytes(), P.SHAPE.dimension, (d) => shape.push(readDimension(d)));
          else return false;
          return true;
        });
      });
    } else return false;
    return true;
  });
  return { name, type, shape };
}

function inside(bytes: Uint8Array, wanted: number, read: (content: Uint8Array) => void): void {
  walk(bytes, (field, reader) => {
    if (field !== wanted) return false;
    read(reader.bytes());
    return true;
  });
}

function readDimension(bytes: Uint8Array): Dimension {
  let size: Dimension = '?';
  walk(bytes, (field, reader) => {
    if (field === P.DIMENSION.value) size = Number(reader.int64());
    else if (field === P.DIMENSION.name) size = reader.string();
    else return false;
    return true;
  });
  return size;
}

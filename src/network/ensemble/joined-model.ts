/** Several networks in one ONNX file, whose outputs are the means of theirs. */
import { MilscopeError } from '../../errors.ts';
import { decodeModel } from '../../onnx/decode.ts';
import { encodeModel } from '../../onnx/encode.ts';
import { createGraph, type Graph, type Value } from '../../onnx/graph.ts';
import { add, div, mul, sigmoid, sqrt, sub } from '../../onnx/operators/elementwise.ts';
import { reduceMax } from '../../onnx/operators/reduction.ts';
import { buildBags, buildInstances, eachCell } from '../forward.ts';
import { describeModel, imageShape, layersOf, METADATA_KEY, type ModelDescription } from '../model-file.ts';
import type { NetworkModel } from '../read-model.ts';
import { readParameters } from '../read-model.ts';

/** Networks that are averaged. All have the classes and channels of `about`, in its order. */
export interface Ensemble {
  /** What holds for all of them together. */
  readonly about: ModelDescription;
  /** Each with the SHA-256 of its own file. */
  readonly members: readonly (NetworkModel & { readonly hash: string })[];
}

/** The parameters of a member have this before their names. */
const prefixOf = (member: number): string => `member${member + 1}.`;

/**
 * The bytes of an ONNX file with all members: input `image` as in the file of each, outputs `probability [N, K]`, `bag [N, K]` and
 * `map [N, K, h, w]`, the means over the members, and `spread [N]`: see `spreadOf`. Each member normalizes by itself.
 *
 * @throws BadShape where the maps of members do not have the same places
 */
export function encodeJoinedModel({ about, members }: Ensemble): Uint8Array {
  requireSameMaps(members);
  const graph = createGraph();
  const image = graph.input('image', 'float32', imageShape(about));
  const each = members.map((member, i) => memberOutputs(graph, image, { member, prefix: prefixOf(i) }));
  const probabilities = each.map(({ probability }) => probability);
  const probability = meanOf(probabilities);
  const squares = probabilities.map((own) => {
    const off = sub(own, probability);
    return mul(off, off);
  });
  return encodeModel(graph, {
    outputs: {
      probability,
      bag: meanOf(each.map(({ bag }) => bag)),
      map: meanOf(each.map(({ map }) => map)),
      spread: reduceMax(sqrt(meanOf(squares)), { axes: [1], keepDims: false }),
    },
    metadata: {
      [METADATA_KEY]: JSON.stringify({
        ...about,
        members: members.map(({ about: own, hash }) => ({ ...own, model: hash })),
      }),
    },
  });
}

function memberOutputs(
  graph: Graph,
  image: Value,
  { member: { about, parameters }, prefix }: { member: NetworkModel; prefix: string },
): Record<'probability' | 'bag' | 'map', Value> {
  const constants = Object.fromEntries(
    Object.entries(parameters).map(([name, tensor]) => [name, graph.constant(tensor, prefix + name)]),
  );
  const options = { ...about, layers: layersOf(about), parameters: constants };
  const positions = buildInstances(image, options);
  const { probability, bag } = buildBags(about.instances === 'cells' ? eachCell(positions) : positions, options);
  return { probability, bag: bag.probability, map: sigmoid(positions.logits) };
}

function meanOf(values: readonly Value[]): Value {
  return div(
    values.reduce((sum, value) => add(sum, value)),
    values.length,
  );
}

function requireSameMaps(members: Ensemble['members']): void {
  const places = members.map(({ about }) =>
    JSON.stringify([about.enlarge ?? 1, layersOf(about).flatMap(({ kind }) => (kind === 'convolution' ? [] : [kind]))]),
  );
  const other = places.findIndex((place) => place !== places[0]);
  if (other < 0) return;
  throw new MilscopeError('BadModel', {
    problem: `the maps of the models cannot be averaged: model ${other + 1} has instances at other places than the first`,
    remedy: 'join models of one network, which enlarge fields by the same factor',
  });
}

/** The networks in a joined file; undefined for the file of a single one. @throws BadModel, naming `file` */
export function readJoinedModel(bytes: Uint8Array, file: string): Ensemble | undefined {
  const about = describeModel(bytes, file);
  if (about.members === undefined) return undefined;
  const { initializers } = decodeModel(bytes, file);
  const members = about.members.map(({ model: hash, ...own }, i) => ({
    about: own,
    hash,
    parameters: readParameters(own, initializers, { file, prefix: prefixOf(i) }),
  }));
  return { about, members };
}

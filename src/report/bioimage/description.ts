import { stringify } from 'yaml';
import { poolingLabel } from '../../evaluation/comparison/names.ts';
import type { ModelDescription } from '../../network/model-file.ts';
import { isByPlate } from '../../pixels/normalization.ts';
import { counted } from '../../words.ts';
import { toIdentifiers } from './identifiers.ts';
import { type DeclaredSides, declaredSides } from './sides.ts';

/**
 * Version of the model description that is written. Later ones of 0.5 read it (from 0.5.11 on they turn the plain names
 * of covers and documentation into objects), and so do earlier ones of programs that have not moved on.
 */
const FORMAT_VERSION = '0.5.4';

/** Name of the description in a package. */
export const DESCRIPTION_FILE = 'rdf.yaml';

/** A file that the description names, with its SHA-256 in hexadecimal. */
export interface NamedFile {
  readonly name: string;
  readonly sha256: string;
}

/** Outputs of a model, in its order. */
export const OUTPUT_NAMES = ['probability', 'bag', 'map'] as const;
export type OutputName = (typeof OUTPUT_NAMES)[number];

/** What a person says of a model, or what is said for them. */
export interface ModelCard {
  /** 5 to 128 letters, digits, blanks, `_`, `+`, `-` and parentheses. */
  readonly name: string;
  readonly description: string;
  readonly authors: readonly string[];
  /** SPDX identifier. */
  readonly license: string;
  readonly tags: readonly string[];
  /** Seconds since 1970, UTC. */
  readonly timestamp: number;
}

/** What is cited: something to read, and where it is. */
export interface Citation {
  readonly text: string;
  readonly doi: string;
}

/** The works that a model of this kind rests on. */
export function citationsOf({ pooling }: Pick<ModelDescription, 'pooling'>): readonly Citation[] {
  return [
    {
      text: 'Kraus, O. Z., Ba, J. L. & Frey, B. J. Classifying and segmenting microscopy images with deep multiple instance learning. Bioinformatics 32, i52-i59 (2016): the network, Noisy-AND and the Jacobian maps.',
      doi: '10.1093/bioinformatics/btw252',
    },
    ...(pooling === 'attention'
      ? [
          {
            text: 'Ilse, M., Tomczak, J. M. & Welling, M. Attention-based deep multiple instance learning. ICML (2018): gated attention.',
            doi: '10.48550/arXiv.1802.04712',
          },
        ]
      : []),
  ];
}

/**
 * The `rdf.yaml` of a package: the bioimage.io model description 0.5 of one of milscope's models. Inputs and outputs are
 * those of `encodeModelFile`; the names of channels and classes are made identifiers, and stand as they are under
 * `config.milscope`.
 *
 * Source: bioimageio.spec, model description 0.5.
 */
export function formatDescription({
  about,
  card,
  opset,
  files,
}: {
  readonly about: ModelDescription;
  readonly card: ModelCard;
  /** Opset version of the ONNX file. */
  readonly opset: number;
  readonly files: {
    readonly weights: NamedFile;
    readonly documentation: NamedFile;
    readonly covers: readonly NamedFile[];
    readonly input: NamedFile;
    readonly outputs: Readonly<Record<OutputName, NamedFile>>;
  };
}): string {
  const sides = declaredSides(about);
  const testTensor = ({ name, sha256 }: NamedFile) => ({ test_tensor: { source: name, sha256 } });
  const classes = { type: 'channel', id: 'channel', channel_names: toIdentifiers(about.classes) };
  const outputs = OUTPUT_NAMES.map((id) => ({
    id,
    description: outputDescriptions(about)[id],
    axes: [{ type: 'batch' }, classes, ...(id === 'map' ? mapAxes(sides) : [])],
    data: { type: 'float32', range: [0, 1] },
    ...testTensor(files.outputs[id]),
  }));
  const description = {
    format_version: FORMAT_VERSION,
    type: 'model',
    name: card.name,
    description: card.description,
    timestamp: `${new Date(1000 * card.timestamp).toISOString().slice(0, 19)}+00:00`,
    authors: card.authors.map((name) => ({ name })),
    license: card.license,
    cite: citationsOf(about),
    tags: card.tags,
    documentation: files.documentation.name,
    covers: files.covers.map(({ name }) => name),
    inputs: [
      {
        id: 'image',
        description: inputDescription(about),
        axes: [
          { type: 'batch' },
          { type: 'channel', id: 'channel', channel_names: toIdentifiers(about.channels) },
          ...['y', 'x'].map((id) => ({ type: 'space', id, size: sizeOf(sides) })),
        ],
        data: { type: 'float32' },
        // Normalization is part of the network; that plates are made alike first can only be said in words.
        preprocessing: [{ id: 'ensure_dtype', kwargs: { dtype: 'float32' } }],
        ...testTensor(files.input),
      },
    ],
    outputs,
    weights: { onnx: { source: files.weights.name, sha256: files.weights.sha256, opset_version: opset } },
    config: { milscope: about },
  };
  // Words that YAML 1.1 takes for something else, `no` say, are quoted: some programs read it still.
  return stringify(description, { lineWidth: 0, compat: 'yaml-1.1', aliasDuplicateObjects: false });
}

/** At most 128 characters. */
function inputDescription({ instances, normalization }: ModelDescription): string {
  const what = instances === 'cells' ? 'The square around a cell' : 'A field of view';
  const first = isByPlate(normalization) ? ', made alike by plate first: see README.md' : '';
  return `${what} (or a batch of them), in the intensities of the image file${first}.`;
}

/** At most 128 characters each. */
const outputDescriptions = ({ head, instances }: ModelDescription): Readonly<Record<OutputName, string>> =>
  instances === 'cells'
    ? {
        probability: 'The last layer of a field with this cell alone: cells are to be pooled first, see README.md.',
        bag: 'The pooling layer of a field with this cell alone: cells are to be pooled first, see README.md.',
        map: 'The instances: the probability of each class for the cell; the largest is its class.',
      }
    : {
        probability:
          head === 'sigmoid'
            ? 'The last layer: the probability of each class; a field may be of several, or of none.'
            : 'The last layer: the probability of each class; they sum to 1.',
        bag: 'The pooling layer: the probability that the field is of the class, for each class by itself.',
        map: 'The instances: the probability of each class at every place of a coarse grid over the field.',
      };

const sizeOf = ({ min, step }: DeclaredSides) => (step === 0 ? min : { min, step });

const mapAxes = ({ min, step, pixels, offset }: DeclaredSides) =>
  ['y', 'x'].map((id) => ({
    type: 'space',
    id,
    size: step === 0 ? Math.round(min / pixels + offset) : { tensor_id: 'image', axis_id: id, offset },
    scale: pixels,
  }));

/** A name for a model that was given none. */
export function defaultName({ label, instances }: ModelDescription): string {
  const plain = label
    .replace(/^Metadata_/i, '')
    .replaceAll(/[^A-Za-z0-9_+\- ()]+/g, ' ')
    .trim();
  return `${plain.slice(0, 36) || 'Classes'} of ${instances === 'cells' ? 'cells and fields' : 'whole fields'} (milscope)`;
}

/** Longest description that the specification likes (characters). */
const LONGEST_DESCRIPTION = 512;

/** What a model does, in a sentence or two. */
export function defaultDescription(about: ModelDescription): string {
  const { classes, channels, cellSize, head } = about;
  const shown = cellSize === undefined ? 'whole fields of view' : `squares of ${cellSize} pixels around single cells`;
  const several = head === 'sigmoid' ? ', of which a field may have several or none' : '';
  const sentence = (names: string) =>
    `Tells ${counted(classes.length, 'class')} of ${about.label}${names} apart in microscopy images with the channels ${channels.join(', ')}${several}. Deep multiple instance learning with ${poolingLabel(about)} pooling, trained by milscope on ${shown} and their labels; no cell was segmented.`;
  const [long, short] = [sentence(` (${classes.join(', ')})`), sentence('')];
  return long.length <= LONGEST_DESCRIPTION ? long : short.slice(0, LONGEST_DESCRIPTION);
}

/** Tags of every model, by which it is found: what it looks at, and what it does. */
export function defaultTags({ pooling }: ModelDescription): string[] {
  return [
    ...['high-content-imaging', '2d', 'cells', 'image-classification'],
    ...['phenotype', 'multiple-instance-learning', pooling, 'milscope'],
  ];
}

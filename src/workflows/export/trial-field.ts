import { MilscopeError, named } from '../../errors.ts';
import type { ModelDescription } from '../../network/model-file.ts';
import type { Tensors } from '../../onnx/session.ts';
import { float32, type Tensor } from '../../onnx/tensor.ts';
import type { Image } from '../../pixels/pixels.ts';
import { OUTPUT_NAMES, type OutputName } from '../../report/bioimage/description.ts';
import { declaredSides, largestSide } from '../../report/bioimage/sides.ts';
import { syntheticField } from '../../report/bioimage/synthetic-field.ts';
import { cut } from '../../report/gallery/resample.ts';
import { createFieldSource } from '../../screen/field-source.ts';
import type { Screen } from '../../screen/screen.ts';
import { requireSome, type SkippedField } from '../../screen/skipped.ts';
import type { RunningHost } from '../host.ts';
import type { Adjustment } from '../shared/measure-plates.ts';
import { tellLost } from '../task.ts';
import { spread } from './spread.ts';

/** Runs the model once, on one thread. */
export type RunModel = (feeds: Readonly<Record<string, Tensor>>, outputs: readonly string[]) => Promise<Tensors>;

/** An output of the model with its shape. */
export interface TrialOutput {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** A test of the model for users of the package: an input, and the outputs that it must give. */
export interface TrialField {
  readonly input: Image & { readonly data: Float32Array };
  readonly outputs: Readonly<Record<OutputName, TrialOutput>>;
  /** In words, what the input is. */
  readonly words: string;
  /** The field that it was cut from; the input itself where there is none. */
  readonly whole: Image;
}

/** Largest side of a test input (pixels), once it is enlarged: enough for some instances, and small to send. */
const LARGEST_SIDE = 256;
/** Fields of a screen that are tried, spread evenly over it, and synthetic fields without a screen. */
const TRIED = { fields: 24, synthetic: 12 } as const;
/**
 * The specification refuses test outputs that are all below 0.0001, since they test little; each output must have a value
 * of at least this size.
 */
const LEAST_VALUE = 1e-3;

/**
 * Tries the model on some fields of a screen and gives the middle of the one that it is surest about.
 *
 * @throws BadModel when its outputs are almost 0 on every field that was tried, TooManyUnreadable when none can be read
 */
export async function trialFieldOf(
  screen: Screen,
  { about, run, adjustment }: { about: ModelDescription; run: RunModel; adjustment?: Adjustment | undefined },
  host: RunningHost,
): Promise<TrialField> {
  const { adjust, check } = adjustment ?? {};
  const sides = declaredSides(about);
  const onSkip = (field: SkippedField) => tellLost(host, field);
  const source = createFieldSource(screen, { cacheBytes: 0, leastSide: sides.min, check, onSkip }, host);
  let best: { readonly found: TrialField; readonly sure: number } | undefined;
  for (const field of spread(screen.fields, TRIED.fields)) {
    host.signal.throwIfAborted();
    const read = await source.read(field);
    if (read === undefined) continue;
    const image = adjust ? adjust(field, read) : read;
    const input = middleOfField(image, { height: testSide(image.height, about), width: testSide(image.width, about) });
    const outputs = await runModel(run, input);
    const sure = Math.max(...outputs.probability.data);
    if (!isTelling(outputs) || sure <= (best?.sure ?? 0)) continue;
    const made = adjust ? ', whose plate was made like those of the training' : '';
    const words = `the middle of a field of the screen (${input.width} × ${input.height} pixels)${made}`;
    best = { found: { input, outputs, words, whole: image }, sure };
  }
  if (best) return best.found;
  const { length } = source.skipped();
  const tried = screen.fields.slice(0, TRIED.fields);
  requireSome({ ...screen, fields: tried }, { done: tried.length - length, skipped: source.skipped() });
  throw silent({ file: screen.source, remedy: 'give a screen with fields of the classes of the model' });
}

/** A synthetic field for which the outputs are not almost 0. @throws BadModel when there is none */
export async function syntheticTrialField({
  about,
  run,
}: {
  about: ModelDescription;
  run: RunModel;
}): Promise<TrialField> {
  const side = testSide(LARGEST_SIDE, about);
  for (let seed = 1; seed <= TRIED.synthetic; seed++) {
    const input = syntheticField({ normalization: about.normalization, side, seed });
    const outputs = await runModel(run, input);
    const words = `a synthetic field of noise and blobs (${side} × ${side} pixels), about as bright as the training fields: it shows no cells, and only tests that the outputs are the same`;
    if (isTelling(outputs)) return { input, outputs, words, whole: input };
  }
  throw silent({ remedy: `give fields of its classes with ${named('screen')}` });
}

/** The largest declared side of a test input that fits into `most` pixels; for a model of cells, that of a cell. */
function testSide(most: number, about: ModelDescription): number {
  const { cellSize = LARGEST_SIDE, enlarge = 1 } = about;
  return largestSide(Math.min(most, cellSize, LARGEST_SIDE / enlarge), declaredSides(about));
}

/** The middle of a field, at most so many pixels high and wide. */
export function middleOfField(
  { data, channels, height, width }: Image,
  most: { readonly height: number; readonly width: number },
): Image & { readonly data: Float32Array } {
  const size = { height: Math.min(height, most.height), width: Math.min(width, most.width) };
  const part = { ...size, top: (height - size.height) >> 1, left: (width - size.width) >> 1 };
  const cropped = new Float32Array(channels * size.height * size.width);
  for (let channel = 0; channel < channels; channel++) {
    const plane = data.subarray(channel * height * width, (channel + 1) * height * width);
    cropped.set(cut(plane, { width, part }), channel * size.height * size.width);
  }
  return { data: cropped, channels, ...size };
}

async function runModel(
  run: RunModel,
  { data, channels, height, width }: Image & { readonly data: Float32Array },
): Promise<TrialField['outputs']> {
  const found = await run({ image: float32(data, [1, channels, height, width]) }, OUTPUT_NAMES);
  const output = (name: OutputName): TrialOutput => {
    return { data: found[name]!.data as Float32Array, shape: found[name]!.shape };
  };
  return { probability: output('probability'), bag: output('bag'), map: output('map') };
}

function isTelling(outputs: TrialField['outputs']): boolean {
  return Object.values(outputs).every(({ data }) => data.every(Number.isFinite) && Math.max(...data) >= LEAST_VALUE);
}

function silent({ file, remedy }: { file?: string; remedy: string }): MilscopeError {
  return new MilscopeError('BadModel', {
    file,
    problem:
      'the outputs of the model are almost 0 for every field that was tried, so the package would lack a useful test',
    expected: `a value of at least ${LEAST_VALUE} in each of ${OUTPUT_NAMES.join(', ')}`,
    remedy,
  });
}

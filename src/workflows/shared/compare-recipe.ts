import { isMilscopeError, MilscopeError, named } from '../../errors.ts';
import type { ModelDescription } from '../../network/model-file.ts';
import { NO_ILLUMINATION } from '../../screen/illumination/illuminate.ts';
import { openField } from '../../screen/open-field.ts';
import { type Reading, readingOf } from '../../screen/reading.ts';
import type { Screen } from '../../screen/screen.ts';
import type { ScreenOptions } from '../../screen/screen-options.ts';
import type { RunningHost } from '../host.ts';

/** The options of reading that a model repeats. */
const READ_BY = Object.keys(readingOf({})) as readonly (keyof Reading)[];

/** What was done to pixels, and what the record calls it. */
const PIXELS: Readonly<Record<Reading['illumination'], string>> = {
  none: 'as they are in the files (illumination none)',
  divided: 'divided by illumination functions (illumination divided)',
};

/** The largest ratio of two sizes of pixels that are one and the same, as those of two pyramids that were made otherwise. */
const SAME = 1.05;
/** The largest ratio that a user need not know of. */
const ALIKE = 1.1;

/** A model, and the path that stands for it in a request. */
export interface NamedModel {
  readonly path: string;
  readonly about: ModelDescription;
}

/**
 * Compares how the images of a screen are read with what a model says of its training, and warns of every difference with
 * both values. Models of earlier versions say nothing.
 *
 * @param options.learns whether the model is trained further on the screen, which may be at any level then
 * @throws BadOption where another level is read, unless its pixels have the size of those of the training
 */
export async function compareRecipe(
  screen: Screen,
  model: NamedModel,
  host: RunningHost,
  { learns = false }: { learns?: boolean } = {},
): Promise<void> {
  const { about, path } = model;
  const warn = (message: string) => host.emit({ event: 'warned', message });
  const reading = screen.reading ?? readingOf({});
  for (const name of READ_BY) {
    const [known, found] = [about[name], reading[name]];
    if (known === undefined || known === found) continue;
    if (name === 'illumination') {
      warn(
        `${path} was trained on pixels ${PIXELS[about.illumination!]}, and those of this screen are ${PIXELS[reading.illumination]}: its answers may be wrong`,
      );
      continue;
    }
    const both = `${path} was trained on images read with ${named(name)} ${known}, and these are read with ${named(name)} ${found}`;
    if (name !== 'level') warn(`${both}: its answers may be wrong`);
    else if (learns) warn(both);
    else {
      requireSameSize(screen, model);
      host.emit({ event: 'noted', message: `${both}, whose pixels have the same size` });
    }
  }
  const [own, trained] = [screen.pixelSize, about.pixelSize ?? undefined];
  if (own === undefined || trained === undefined || ratioOf(own, trained) <= ALIKE) return;
  const looks = `everything looks ${times(trained / own)} to it than in its training`;
  warn(
    `${path} was trained on pixels of ${inMicrometres(trained)}, and those of this screen are of ` +
      `${inMicrometres(own)}: ${looks}, and its answers may be wrong. ${await wayOut(screen, { own, trained }, host)}`,
  );
}

/** What of the reading of a training is repeated where a request does not say it. */
export function repeatedOf({ illumination, ...about }: ModelDescription): ScreenOptions {
  const repeated = Object.fromEntries(READ_BY.map((name) => [name, about[name as keyof typeof about]]));
  // The functions are those of the plates of the training: of another screen, its own table names them. A model of before they
  // were known was trained on pixels as they are.
  return { ...repeated, illumination: illumination === 'divided' ? undefined : NO_ILLUMINATION };
}

/** Whether pixels are of one size, both being known. */
export function isSamePixelSize(own: number | undefined, trained: number | null | undefined): boolean {
  return own !== undefined && typeof trained === 'number' && ratioOf(own, trained) <= SAME;
}

/** A size of pixels as a user reads it. */
export function inMicrometres(size: number | null | undefined): string {
  return typeof size === 'number' ? `${Number(size.toPrecision(4))} µm` : 'unknown size';
}

const ratioOf = (a: number, b: number): number => Math.max(a / b, b / a);

const times = (factor: number): string =>
  factor > 1 ? `${factor.toFixed(1)} times larger` : `${(1 / factor).toFixed(1)} times smaller`;

function requireSameSize({ source, pixelSize, reading }: Screen, { path, about }: NamedModel): void {
  if (isSamePixelSize(pixelSize, about.pixelSize)) return;
  const level = reading?.level ?? 0;
  throw new MilscopeError('BadOption', {
    file: source,
    option: `level ${level}`,
    problem: `${path} was trained on images of another level`,
    found: `level ${level} with pixels of ${inMicrometres(pixelSize)}`,
    expected: `level ${about.level} with pixels of ${inMicrometres(about.pixelSize)}`,
    remedy: `leave ${named('level')} out, or train a model at this level`,
  });
}

/** What can be done about pixels of another size than those of the training. */
async function wayOut(
  screen: Screen,
  { own, trained }: { own: number; trained: number },
  host: RunningHost,
): Promise<string> {
  const sizes = await sizesOfLevels(screen, own, host);
  const best = sizes.findIndex((size) => ratioOf(size, trained) <= SAME);
  if (best >= 0)
    return `The pixels of level ${best} are of ${inMicrometres(sizes[best])}: give ${named('level')} ${best}.`;
  if (own < trained)
    return 'Reduce the images to the pixel size of the training, or train a model on images like these.';
  return `Train a model on images like these, with ${named('enlarge')} if cells are small.`;
}

/** Micrometres a pixel at each level of the first image that can be opened. */
async function sizesOfLevels(
  { fields, ...screen }: Screen,
  own: number,
  host: RunningHost,
): Promise<readonly number[]> {
  const [field] = fields.filter(({ sources }) => sources[0]?.problem === undefined);
  if (field === undefined) return [];
  try {
    const { header, levels } = await openField(screen, { ...field, sources: field.sources.slice(0, 1) }, host);
    return (await levels()).map(({ width }) => (own * header.width) / width);
  } catch (error) {
    if (isMilscopeError(error)) return [];
    throw error;
  }
}

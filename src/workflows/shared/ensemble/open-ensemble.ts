import { MilscopeError } from '../../../errors.ts';
import { alignClasses } from '../../../network/ensemble/align-classes.ts';
import { type Ensemble, readJoinedModel } from '../../../network/ensemble/joined-model.ts';
import { shownNormalization } from '../../../network/ensemble/shown-normalization.ts';
import type { ModelDescription } from '../../../network/model-file.ts';
import { readModel } from '../../../network/read-model.ts';
import { isByPlate } from '../../../pixels/normalization.ts';
import type { Host } from '../../host.ts';
import { isSamePixelSize } from '../compare-recipe.ts';
import { openModel } from '../open-model.ts';
import { modelFiles } from './model-files.ts';

/** One model, or several that are averaged. */
export interface OpenEnsemble extends Ensemble {
  /** SHA-256 of the file of a single model; of several, see {@link ensembleHash}. */
  readonly hash: string;
  /** The files that were read. */
  readonly files: readonly string[];
}

/** A member as it was read, and what it is called in messages. */
type Read = Ensemble['members'][number] & { readonly path: string };

/**
 * Opens models that are averaged: those of files, runs and folders of runs, and all of a joined file. Their classes are brought into
 * the order of the first; where plates are made alike, all see them made like the training plates of the first.
 *
 * @throws what `modelFiles` and `openModel` throw, BadOption for models that see fields or answer in different ways, and for one
 *   that is there twice
 */
export async function openEnsemble(
  { model, also = [] }: { readonly model: string; readonly also?: readonly string[] | undefined },
  host: Pick<Host, 'files' | 'hash' | 'opened'>,
): Promise<OpenEnsemble> {
  const files = await modelFiles([model, ...also], host);
  const read: Read[] = [];
  let only = '';
  for (const path of files) {
    const { bytes, hash } = await openModel(path, host);
    const joined = readJoinedModel(bytes, path);
    if (joined) read.push(...joined.members.map((own, i) => ({ ...own, path: `model ${i + 1} in ${path}` })));
    else read.push({ ...readModel(bytes, path), hash, path });
    only = hash;
  }
  const [first, ...others] = read as [Read, ...Read[]];
  if (others.length === 0 && first.about.members === undefined && files.length === 1 && first.path === files[0]) {
    return { about: first.about, members: [first], hash: only, files };
  }
  requireDifferent(read);
  for (const other of others) requireAlike(first, other);
  const members = read.map(({ path, hash, ...own }) => {
    const { about, parameters } = alignClasses(own, first.about.classes);
    const normalization = shownNormalization(about.normalization, first.about.normalization);
    return { about: { ...about, normalization }, parameters, hash };
  });
  const hash = await ensembleHash(
    members.map((member) => member.hash),
    host,
  );
  return { about: aboutAll(members), members, hash, files };
}

/**
 * The name of an ensemble: SHA-256 of the SHA-256 of its members in hexadecimal, sorted, a line each. `sha256sum` gives the same:
 * `sha256sum runs/seed-?/model.onnx | cut -c 1-64 | sort | sha256sum`.
 */
export async function ensembleHash(hashes: readonly string[], { hash }: Pick<Host, 'hash'>): Promise<string> {
  const lines = hashes.toSorted().map((one) => `${one}\n`);
  return hash(new TextEncoder().encode(lines.join('')));
}

/** What holds for all together: what the first says, and the mean of the thresholds. */
function aboutAll(members: Ensemble['members']): ModelDescription {
  const { temperature, members: _, ...about } = members[0]!.about;
  if (about.head === 'softmax') return about;
  const mean = (k: number) =>
    members.reduce((sum, { about: { thresholds } }) => sum + (thresholds?.[k] ?? 0.5), 0) / members.length;
  return { ...about, thresholds: about.classes.map((_, k) => Math.fround(mean(k))) };
}

function requireDifferent(read: readonly Read[]): void {
  const places = new Map<string, string>();
  for (const { hash, path } of read) {
    const before = places.get(hash);
    places.set(hash, path);
    if (before === undefined) continue;
    throw new MilscopeError('BadOption', {
      file: path,
      option: 'model',
      problem: 'the same model is there twice, and would count twice',
      found: before,
      remedy: 'leave one of them out',
    });
  }
}

/** What models must have in common to be averaged, in words. */
function commonOf({ about }: Read): Readonly<Record<string, string>> {
  const { normalization, ...own } = about;
  const byPlate = isByPlate(normalization);
  const { scope = 'screen', measure = 'mean', controls } = normalization;
  return {
    classes: own.classes.toSorted().join(', '),
    channels: own.channels.join(', '),
    'the kind of their last layer': own.head,
    'their instances': `${own.instances ?? 'positions'}${own.instances === 'cells' ? ` of a ${own.bag ?? 'field'}` : ''}`,
    'the side of a cell': own.cellSize === undefined ? 'none' : `${own.cellSize} pixels`,
    'how neighbours of cells are hidden': JSON.stringify(own.window ?? 'not at all'),
    'how nuclei are found': JSON.stringify(own.nuclei ?? 'not at all'),
    'the level of the pyramid': String(own.level ?? 0),
    'the projection of stacks': own.projection ?? 'maximum',
    'what pages are': own.pages ?? 'as the files say',
    'illumination functions': own.illumination ?? 'none',
    'how plates are made alike': byPlate
      ? `${scope}, by ${measure}, ${JSON.stringify(controls ?? 'all wells')}`
      : 'not at all',
  };
}

/** @throws BadOption for models that differ in what averages need */
function requireAlike(first: Read, other: Read): void {
  const [expected, found] = [commonOf(first), commonOf(other)];
  const name = Object.keys(expected).find((of) => expected[of] !== found[of]);
  if (name !== undefined) throw differs(name, { first, other, expected: expected[name]!, found: found[name]! });
  const [a, b] = [first.about.pixelSize, other.about.pixelSize];
  if (typeof a !== 'number' || typeof b !== 'number' || isSamePixelSize(a, b)) return;
  throw differs('the size of pixels', { first, other, expected: `${a} µm`, found: `${b} µm` });
}

function differs(
  what: string,
  { first, other, expected, found }: { first: Read; other: Read; expected: string; found: string },
): MilscopeError {
  return new MilscopeError('BadOption', {
    file: other.path,
    option: 'model',
    problem: `it cannot be averaged with ${first.path}: these models differ in ${what}`,
    found,
    expected,
    remedy: 'predict with each of them alone, or train them alike',
  });
}

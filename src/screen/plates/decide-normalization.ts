import { MilscopeError, named } from '../../errors.ts';
import type { ControlWells, NormalizationScope, PlateMeasure } from '../../pixels/normalization.ts';
import { agreeing, counted } from '../../words.ts';
import { findColumn } from '../columns.ts';
import type { Screen } from '../screen.ts';
import { findControls, requireControls } from './control-wells.ts';
import { plateName, plateOf } from './plates.ts';

/** What may be asked for: a scope, or `auto`, which decides by what is known of any plate that is predicted. */
export const NORMALIZATIONS = ['auto', 'screen', 'plate', 'controls', 'field'] as const;

/** What a training is asked about its normalization. */
export interface NormalizationRequest {
  readonly normalization: (typeof NORMALIZATIONS)[number];
  readonly plateMeasure?: PlateMeasure | undefined;
  readonly controlColumn?: string | undefined;
  readonly negative?: readonly string[] | undefined;
  /** Normalizes nothing, but must be in the screen. */
  readonly positive?: readonly string[] | undefined;
}

/** How intensities are normalized. */
export interface DecidedNormalization {
  readonly scope: NormalizationScope;
  readonly measure: PlateMeasure;
  /** The wells that are measured, with the scope `controls`. */
  readonly controls?: ControlWells | undefined;
  /** What was chosen and why, where that was left open. */
  readonly words?: string | undefined;
}

/**
 * Fields that describe a plate well enough. On the 20 plates of BBBC021's subset, 12 fields drawn by chance are within 5 % of
 * the deviation and 0.08 deviations of the mean of the whole plate (root mean square): well within the gains and shifts of 15 %
 * that training adds. Four fields are within 10 % and 0.15.
 */
export const FEWEST_FIELDS = 12;

/**
 * Fields of control wells that describe a plate well enough. They have no other treatments among them: on simulated screens whose
 * plates differ in staining, four of them made plates at least as much alike as all 24 fields of a plate did.
 */
export const FEWEST_CONTROLS = 4;

/** What is known of a plate without its labels. */
export interface KnownPlate {
  readonly name: string;
  readonly fields: number;
  /** Fields of its negative control wells, where these are named. */
  readonly controls?: number | undefined;
}

/** How a training normalizes a screen. @throws BadOption and MissingColumn for what the screen cannot do */
export function decideNormalization(screen: Screen, request: NormalizationRequest): DecidedNormalization {
  const { normalization: asked, plateMeasure: measure = 'mean' } = request;
  const controls = controlWellsOf(request);
  if (request.positive !== undefined) requirePositive(screen, { controls, values: request.positive });
  if (measure === 'median' && (asked === 'screen' || asked === 'field')) {
    throw new MilscopeError('BadOption', {
      option: 'plateMeasure median',
      problem: `no plate is measured with ${named('normalization')} ${asked}`,
      remedy: `leave it out, or give ${named('normalization')} plate or controls`,
    });
  }
  const { scope, words } =
    asked === 'auto' ? chooseScope(platesOf(screen, controls)) : { scope: asked, words: undefined };
  if (scope === 'plate') plateOf(screen);
  const byControls = scope === 'controls' ? requireNamed(controls) : undefined;
  if (byControls) requireControls(screen, byControls);
  return {
    scope,
    measure: scope === 'plate' || scope === 'controls' ? measure : 'mean',
    ...(byControls && { controls: byControls }),
    ...(words !== undefined && { words }),
  };
}

/** What each scope means, after `normalization plate: `. */
function effectOf({ scope, measure }: Pick<DecidedNormalization, 'scope' | 'measure'>): string {
  const numbers = measure === 'median' ? 'median and MAD' : 'mean and deviation';
  const effects = {
    screen: 'intensities are measured against all training fields',
    plate: `each channel of a plate is brought to the ${numbers} of the training`,
    controls: `each channel of a plate is brought, by its control wells, to the ${numbers} of the training`,
    field: 'intensities are measured against the field itself',
  } as const;
  return effects[scope];
}

/** In a sentence, how intensities are normalized, and why where that was left open. */
export function normalizationWords(decided: DecidedNormalization): string {
  const { scope, words = `normalization ${scope}` } = decided;
  return `${words}${decided.words === undefined ? ':' : ';'} ${effectOf(decided)}`;
}

/** What there is to say where plates are made alike by so few fields that these may not be like the plate; undefined otherwise. */
export function fewFieldsWords(screen: Screen, { scope, controls }: DecidedNormalization): string | undefined {
  if (scope !== 'plate' && scope !== 'controls') return undefined;
  const plates = (platesOf(screen, controls) as readonly KnownPlate[]).map(({ name, ...of }) => ({
    name,
    fields: scope === 'controls' ? of.controls! : of.fields,
  }));
  return fewFields(plates, { scope });
}

/** Plates that a warning names. */
const NAMED = 5;

/** The same of plates of which so many fields are measured. */
export function fewFields(
  plates: readonly { readonly name: string; readonly fields: number }[],
  { scope }: Pick<DecidedNormalization, 'scope'>,
): string | undefined {
  const fewest = scope === 'controls' ? FEWEST_CONTROLS : FEWEST_FIELDS;
  const few = plates.filter(({ fields }) => fields < fewest);
  if (few.length === 0) return undefined;
  const names = few.slice(0, NAMED).map(({ name, fields }) => `${name} (${fields})`);
  const others = few.length > NAMED ? ` and ${few.length - NAMED} others` : '';
  const what = scope === 'controls' ? 'fields of control wells' : 'fields';
  return (
    `fewer than ${fewest} ${what} are measured of ${few.length === 1 ? 'the plate' : 'the plates'} ${names.join(', ')}${others}: ` +
    'so few may not be like the plate, and then its predictions are less accurate'
  );
}

/**
 * The scope that `auto` takes, and why: by the control wells where these are named and each plate has enough of their fields,
 * else by the plate where each has enough fields, else by the screen. Labels do not count, since a new plate has none.
 *
 * @param plates undefined where the screen does not name them
 */
export function chooseScope(plates: readonly KnownPlate[] | undefined): {
  readonly scope: NormalizationScope;
  readonly words: string;
} {
  const say = (scope: NormalizationScope, why: string) => ({ scope, words: `normalization ${scope}: ${why}` });
  if (plates === undefined || plates.length === 0) return say('screen', 'the screen does not name its plates');
  const nameless = plates.find(({ name }) => name === '');
  if (nameless)
    return say('screen', `${counted(nameless.fields, 'field')} ${agreeing(nameless.fields, 'names', 'name')} no plate`);
  const every = plates.length === 1 ? 'the one plate has' : `each of ${plates.length} plates has`;
  const smallest = (count: (plate: KnownPlate) => number) =>
    plates.reduce((least, plate) => (count(plate) < count(least) ? plate : least));
  const named = plates.every(({ controls }) => controls !== undefined);
  const fewest = smallest(({ controls = 0 }) => controls);
  if (named && fewest.controls! >= FEWEST_CONTROLS)
    return say('controls', `${every} at least ${counted(fewest.controls!, 'field')} of control wells`);
  const lacking = named
    ? `plate ${fewest.name} has ${counted(fewest.controls!, 'field')} of control wells, fewer than ${FEWEST_CONTROLS}; `
    : '';
  const { name, fields } = smallest((plate) => plate.fields);
  if (fields >= FEWEST_FIELDS) return say('plate', `${lacking}${every} at least ${counted(fields, 'field')}`);
  return say('screen', `${lacking}plate ${name} has ${counted(fields, 'field')}, fewer than ${FEWEST_FIELDS}`);
}

/** The negative control wells that are named. @throws BadOption where only half of it is said */
export function controlWellsOf({
  controlColumn: column,
  negative: values = [],
}: Pick<NormalizationRequest, 'controlColumn' | 'negative'>): ControlWells | undefined {
  if (column !== undefined && values.length > 0) return { column, values: [...values] };
  if (column === undefined && values.length === 0) return undefined;
  const [given, missing] = column === undefined ? ['negative', 'controlColumn'] : ['controlColumn', 'negative'];
  throw new MilscopeError('BadOption', {
    option: given,
    problem: `it does not say which wells are the controls without ${named(missing)}`,
    expected: `both, such as ${named('controlColumn')} Compound ${named('negative')} DMSO`,
  });
}

/** @throws BadOption where negative controls are not named, and for a value that no field has */
function requirePositive(
  screen: Screen,
  { controls, values }: { controls: ControlWells | undefined; values: readonly string[] },
): void {
  if (controls === undefined) throw positiveAlone();
  findControls(screen, { column: controls.column, values: [...values] }, { option: 'positive' });
}

/** The error where positive controls are named alone. */
export function positiveAlone(): MilscopeError {
  return new MilscopeError('BadOption', {
    option: 'positive',
    problem: 'positive controls are set against negative ones',
    remedy: `name these with ${named('controlColumn')} and ${named('negative')}`,
  });
}

function requireNamed(controls: ControlWells | undefined): ControlWells {
  if (controls) return controls;
  throw new MilscopeError('BadOption', {
    option: 'normalization controls',
    problem: 'nothing says which wells are the negative controls',
    remedy: `add ${named('controlColumn')} and ${named('negative')}, such as ${named('controlColumn')} Compound ${named('negative')} DMSO`,
  });
}

/** What is known of each plate of a screen; undefined where it does not name them. */
function platesOf(screen: Screen, controls: ControlWells | undefined): readonly KnownPlate[] | undefined {
  const column = findColumn(screen.columns, 'Metadata_Plate');
  if (column === undefined) return undefined;
  const isControl = controls && findControls(screen, controls);
  const counts = new Map<string, { fields: number; controls: number }>();
  for (const field of screen.fields) {
    const name = plateName(field.metadata[column]!);
    const known = counts.get(name) ?? { fields: 0, controls: 0 };
    known.fields++;
    if (isControl?.(field)) known.controls++;
    counts.set(name, known);
  }
  return [...counts].map(([name, { fields, controls: own }]) => ({
    name,
    fields,
    ...(isControl && { controls: own }),
  }));
}

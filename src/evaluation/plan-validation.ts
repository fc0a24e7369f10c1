import { createRandom } from '../random.ts';
import { labelParts } from '../screen/label-sets.ts';
import { agreeing, counted } from '../words.ts';

/** What the choice of validation fields needs to know of a field: its class or classes, the key of its well, and its plate. */
export interface LabelledField {
  readonly label: string;
  readonly well: string;
  /** Undefined where the screen does not name its plates. */
  readonly plate?: string | undefined;
}

/** How the epoch whose weights are kept is chosen; with sigmoids, the thresholds of the labels too. */
export interface EpochChoice {
  /** `validation`: the epoch that predicts the validation fields best. `last`: the last one, whatever they say. */
  readonly by: 'validation' | 'last';
  /** The same in words, with the reason. */
  readonly words: string;
}

/** Which of the fields that could be trained on validate, in their order, and how the epoch is chosen. */
export interface ValidationPlan {
  readonly validates: readonly boolean[];
  readonly epoch: EpochChoice;
}

export interface ValidationOptions {
  /** Share of the wells of every class that validates. */
  readonly share: number;
  readonly seed: number;
  /** The fields that validate, where that is decided already: only how the epoch is chosen is asked. */
  readonly validates?: readonly boolean[];
}

/** As many times the share may validate where whole plates do. */
const MOST_OF_PLATES = 2;

/** Wells that every label needs among the validation fields if these are to choose the epoch. */
const ENOUGH_WELLS = 2;

/**
 * Decides all that has to do with validation: which fields validate, and what their figures are used for.
 *
 * Whole plates validate where that is possible: what is chosen on plates that do not train holds for new plates. Together they
 * have at most twice the share of the fields and at least two wells of every label, and every label keeps a plate to train on.
 *
 * Otherwise a share of the wells of every class validates, whole wells, drawn by `seed`: rounded, at least one of three wells and
 * never the last one. Whether these fields choose the epoch is another question. One well of a class is a throw of a coin:
 * "0 of 1 right, the best so far" keeps the first epoch, and whichever epoch got all few right by chance is kept before
 * those in which the network has learned more. So they choose only where every label has at least two wells among them.
 * Else the weights of the last epoch are kept (they are averaged over many steps, and the learning rate has fallen by
 * then), and the validation fields only show how the training goes: they have chosen nothing, so their figure is honest.
 */
export function planValidation(
  fields: readonly LabelledField[],
  { share, seed, validates = drawFields(fields, { share, seed }) }: ValidationOptions,
): ValidationPlan {
  const wells = new Map(fields.flatMap(({ label }) => labelParts(label)).map((label) => [label, new Set<string>()]));
  const chosen = fields.filter((_, i) => validates[i]);
  for (const { label, well } of chosen) for (const part of labelParts(label)) wells.get(part)!.add(well);
  const [fewest] = [...wells].sort(([a, { size: m }], [b, { size: n }]) => m - n || (a < b ? -1 : 1));
  const enough = fewest !== undefined && fewest[1].size >= ENOUGH_WELLS;
  const validationWells = new Set(chosen.map(({ well }) => well)).size;
  const plates = platesInWords(
    chosen,
    fields.filter((_, i) => !validates[i]),
  );
  return {
    validates,
    epoch: {
      by: enough ? 'validation' : 'last',
      words: enough
        ? `${counted(chosen.length, 'validation field')} of ${counted(validationWells, 'well')}${plates.before} ${agreeing(chosen.length, 'chooses', 'choose')} the epoch${plates.after}`
        : `the weights of the last epoch are kept: ${whyLast(chosen.length, { share, fewest })}`,
    },
  };
}

function whyLast(
  fields: number,
  { share, fewest }: { share: number; fewest: readonly [string, ReadonlySet<string>] | undefined },
): string {
  if (share === 0) return 'no field is to validate';
  if (fields === 0 || fewest === undefined) return 'no class has wells enough to spare one for validation';
  const [label, { size }] = fewest;
  const [have, show] = [size === 0 ? 'no well' : counted(size, 'well'), `only ${agreeing(fields, 'shows', 'show')}`];
  return (
    `${label} has ${have} among the validation fields, and ${ENOUGH_WELLS} of every class are needed to choose an epoch; ` +
    `the ${counted(fields, 'validation field')} ${show} how the training goes`
  );
}

function drawFields(
  fields: readonly LabelledField[],
  { share, seed }: { share: number; seed: number },
): readonly boolean[] {
  const plates = drawPlates(fields, { share, seed });
  if (plates) return fields.map(({ plate }) => plates.has(plate!));
  const drawn = drawWells(fields, { fraction: share, least: 0, spare: 1, seed, purpose: 'validation' });
  return fields.map(({ well }) => drawn.has(well));
}

/** Plates that may validate as a whole, see {@link planValidation}; nothing where those drawn do not meet what is asked of them. */
function drawPlates(
  fields: readonly LabelledField[],
  { share, seed }: { share: number; seed: number },
): ReadonlySet<string> | undefined {
  const names = [...new Set(fields.map(({ plate }) => plate))].sort();
  if (names.includes(undefined)) return undefined;
  const drawn = new Set<string>();
  let count = 0;
  for (const name of createRandom(seed, 'validation plates').shuffle(names as string[])) {
    const own = fields.filter(({ plate }) => plate === name).length;
    if (count + own > MOST_OF_PLATES * share * fields.length) continue;
    count += own;
    drawn.add(name);
    if (isEnough(fields, drawn)) return drawn;
  }
  return undefined;
}

/** Whether plates have wells enough of every label, and leave it a plate to train on. */
function isEnough(fields: readonly LabelledField[], drawn: ReadonlySet<string>): boolean {
  return [...new Set(fields.flatMap(({ label }) => labelParts(label)))].every((label) => {
    const own = fields.filter((field) => labelParts(field.label).includes(label));
    const validating = own.filter(({ plate }) => drawn.has(plate!));
    return validating.length < own.length && new Set(validating.map(({ well }) => well)).size >= ENOUGH_WELLS;
  });
}

/** What is said of the plates of validation fields; nothing where there is one, or they are not named. */
function platesInWords(validation: readonly LabelledField[], training: readonly LabelledField[]) {
  const [own, others] = [validation, training].map((of) => new Set(of.map(({ plate }) => plate)));
  const isKnown = !own!.has(undefined) && !others!.has(undefined) && new Set([...own!, ...others!]).size > 1;
  if (!isKnown) return { before: '', after: '' };
  if ([...own!].some((plate) => others!.has(plate))) return { before: '', after: '; their plates train, too' };
  return {
    before: ` on ${counted(own!.size, 'plate')} that ${agreeing(own!.size, 'does', 'do')} not train`,
    after: '',
  };
}

/**
 * Draws a share of the wells of every class: rounded, at least `least`, one out of three or more, and never the last `spare`
 * of a class.
 */
export function drawWells(
  fields: readonly LabelledField[],
  {
    fraction,
    least,
    spare,
    seed,
    purpose,
  }: { fraction: number; least: number; spare: number; seed: number; purpose: string },
): ReadonlySet<string> {
  const drawn = new Set<string>();
  for (const [label, wells] of wellsByClass(fields)) {
    const floor = fraction > 0 && wells.length >= 3 ? Math.max(1, least) : least;
    const wanted = Math.max(floor, Math.round(fraction * wells.length));
    const shuffled = createRandom(seed, purpose, label).shuffle(wells);
    for (const well of shuffled.slice(0, Math.min(wells.length - spare, wanted))) drawn.add(well);
  }
  return drawn;
}

/** The wells of every class, both in sorted order, so that a draw depends on neither the table's order nor its subset. */
export function wellsByClass(fields: readonly LabelledField[]): readonly (readonly [string, string[]])[] {
  const labelOf = new Map<string, string>();
  for (const { label, well } of fields) {
    const before = labelOf.get(well);
    // A well whose fields differ in label is drawn with the first of them in the alphabet.
    if (before === undefined || label < before) labelOf.set(well, label);
  }
  const classes = new Map<string, string[]>();
  for (const well of [...labelOf.keys()].sort()) {
    const label = labelOf.get(well)!;
    const wells = classes.get(label);
    if (wells) wells.push(well);
    else classes.set(label, [well]);
  }
  return [...classes].sort(([a], [b]) => (a < b ? -1 : 1));
}

import { named } from '../../errors.ts';
import { LARGEST_FACTOR } from '../../network/architecture.ts';
import { smallestNewField } from '../../network/new-network.ts';
import { questionRendered } from '../../screen/channels/rendered.ts';
import { unknownWellWords } from '../../screen/doubtful-labels.ts';
import { placeKindOf } from '../../screen/place-columns.ts';
import { FEWEST_FIELDS } from '../../screen/plates/decide-normalization.ts';
import { counted } from '../../words.ts';
import { adviseOnClasses, adviseOnSplit } from './class-advice.ts';
import { adviseOnControls } from './control-advice.ts';
import { type FlagKind, percent } from './flags.ts';
import type { Advice, Inspection } from './inspection.ts';
import { median } from './robust.ts';

type Found = Omit<Inspection, 'advice'>;

/** Ratio of the brightest plate to the darkest from which on plates count as different. */
const UNLIKE_PLATES = 1.5;
/** How much less fine detail a plate must have than the others (natural logarithm of its power). */
const BLURRED_PLATE = 1.5;
/** Fine detail that cannot be told from noise. */
const NO_DETAIL = -10;
/** How many times wider than their nuclei cells commonly are, and how wide they should be for the network (pixels). */
const [CELL_PER_NUCLEUS, FITTING_CELL] = [2.5, 40];
/** Cells below this share of the fitting width should be enlarged; not all below it, since the estimate is rough. */
const MUCH_SMALLER = 0.75;
/** What should be done before training, the most serious first; options stand in the marks of `named`. */
export function advise(found: Found): Advice[] {
  const advice = [
    ...(found.screen.questions ?? []).map((question) => ({ serious: true, ...question })),
    ...adviseOnFields(found),
    ...adviseOnChannels(found),
    ...adviseOnPlates(found),
    ...(found.controls ? adviseOnControls(found.controls) : []),
    ...(found.classes ? adviseOnClasses(found.classes) : adviseOnLabels(found)),
    ...(found.split ? adviseOnSplit(found.split) : []),
    ...adviseOnSizes(found),
  ];
  return [...advice.filter(({ serious }) => serious), ...advice.filter(({ serious }) => !serious)];
}

const remedies: Readonly<Record<FlagKind, string | readonly [one: string, several: string]>> = {
  unreadable: [
    'copy its files again from their source, or remove its row from the table; train itself leaves out up to a tenth of the fields',
    'copy the files again from their source, or remove their rows from the table; train itself leaves out up to a tenth of the fields',
  ],
  saturated: [
    'saturated intensities cannot be recovered: image again with a shorter exposure if you can, and otherwise interpret this field with care',
    'saturated intensities cannot be recovered: image again with a shorter exposure if you can, and otherwise interpret these fields with care',
  ],
  empty: [
    'remove it from the table, unless empty wells are a class of their own',
    'remove them from the table, unless empty wells are a class of their own',
  ],
  'blank channel': [
    'check whether the stain or the exposure failed; keep the field if the treatment itself darkens the channel',
    'check whether the stain or the exposure failed; keep the fields if the treatment itself darkens the channel',
  ],
  blurred: [
    'look at it: leave it out if it is out of focus, and keep it if it merely looks different',
    'look at them: leave out fields that are out of focus, and keep those that merely look different',
  ],
  duplicate: 'one image is listed for two fields: find out which row is right and remove the other',
  'same channels': 'two channels show the same image: check the file names in the table',
  'other size': 'check whether another objective or binning was used: the network learns sizes too',
  'other bit depth': 'intensities may be scaled differently there: convert all fields in the same way',
  'fewer planes': [
    'look for the missing files: a projection of fewer planes differs from the others; leave the field out if there are none',
    'look for the missing files: projections of fewer planes differ from the others; leave the fields out if there are none',
  ],
  'odd intensity': [
    'look at it: the network may take a different exposure or a failed stain for a phenotype',
    'look at them: the network may take a different exposure or a failed stain for a phenotype',
  ],
};

const phrases: Readonly<Record<FlagKind, readonly [one: string, several: string]>> = {
  unreadable: ['cannot be read', 'cannot be read'],
  saturated: ['is saturated', 'are saturated'],
  empty: ['is empty or nearly so', 'are empty or nearly so'],
  'blank channel': ['has a channel that shows nothing', 'have a channel that shows nothing'],
  blurred: ['is blurred', 'are blurred'],
  duplicate: ['shows the same pixels as another', 'show the same pixels as another'],
  'same channels': ['has two identical channels', 'have two identical channels'],
  'other size': ['has another size', 'have another size'],
  'other bit depth': ['has another bit depth', 'have another bit depth'],
  'fewer planes': ['has fewer planes of depth than the others', 'have fewer planes of depth than the others'],
  'odd intensity': ['is far brighter or darker than its plate', 'are far brighter or darker than their plate'],
};

function adviseOnFields({ counts, fields, layout }: Found): Advice[] {
  const advice = Object.entries(counts).flatMap(([name, count]): Advice[] => {
    const kind = name as FlagKind;
    if (count === 0) return [];
    const [one, several] = phrases[kind];
    const problem = count === 1 ? `1 field ${one}` : `${count} fields ${several}`;
    const own = remedies[kind];
    const remedy = typeof own === 'string' ? own : own[count === 1 ? 0 : 1];
    return [{ serious: true, problem: `${problem} (${percent(count / fields.length)})`, remedy }];
  });
  const short = layout.incomplete.length;
  if (short > 0) {
    advice.push({
      serious: false,
      problem: `${short} ${short === 1 ? 'well has' : 'wells have'} fewer fields than the usual ${layout.sitesPerWell}`,
      remedy: 'add the rows of these sites if they were imaged; otherwise nothing needs to be done',
    });
  }
  const unknown = unknownWellWords(fields.map(({ place }) => place.well));
  if (unknown) advice.push({ serious: true, ...unknown });
  return advice;
}

function adviseOnPlates(found: Found): Advice[] {
  const { plates, channels } = found;
  const advice: Advice[] = [];
  const range = channels.map(({ channel }, c) => {
    const means = plates.map(({ brightness }) => brightness[c]!).filter((mean) => mean > 0);
    return { channel, ratio: Math.max(...means) / Math.min(...means) };
  });
  const unlike = range.filter(({ ratio }) => ratio >= UNLIKE_PLATES).sort((a, b) => b.ratio - a.ratio);
  if (unlike.length > 0) {
    const each = unlike.map(({ channel, ratio }) => `${ratio.toFixed(1)}× in ${channel}`).join(', ');
    advice.push({
      serious: true,
      problem: `plates differ in brightness: ${each}`,
      remedy: alikeRemedy(found),
    });
  }
  for (const [c, { channel, detail }] of channels.entries()) {
    if (detail <= NO_DETAIL || Number.isNaN(detail)) {
      const problem = `no fine detail rises above the noise in ${channel}, so its focus cannot be judged`;
      advice.push({ serious: false, problem, remedy: 'look at some of the pictures yourself' });
      continue;
    }
    for (const { plate, detail: own } of plates) {
      const others = median(plates.filter((other) => other.plate !== plate).map((other) => other.detail[c]!));
      if (!(others - own[c]! >= BLURRED_PLATE)) continue;
      advice.push({
        serious: true,
        problem: `plate ${plate} is less sharp than the others in ${channel}`,
        remedy: 'look at it; if it is out of focus, hold it out instead of training on it',
      });
    }
  }
  return advice;
}

/** How plates can be made alike: by all of their fields where these are like the plate, else by control wells. */
function alikeRemedy({ plates, classes, controls }: Found): string {
  if (controls?.plates.every(({ negatives }) => negatives > 0)) return `train with ${named('normalization')} controls`;
  const fewest = plates.reduce((least, plate) => (plate.fields < least.fields ? plate : least));
  const pure =
    classes?.batches.some((batch) => placeKindOf(batch.column) === 'plate' && batch.pure.length > 0) ?? false;
  if (fewest.fields >= FEWEST_FIELDS && !pure) return `train with ${named('normalization')} plate`;
  const why = pure
    ? 'plates of one class would lose what sets them apart'
    : `plate ${fewest.plate} has ${counted(fewest.fields, 'field')}`;
  return `make plates alike by control wells, if every plate has some (${named('controlColumn')}, ${named('negative')}), or train with ${named('normalization')} field; by all fields of a plate it is not advised: ${why}`;
}

function adviseOnChannels({ screen }: Found): Advice[] {
  const question = questionRendered(screen);
  return question === undefined ? [] : [{ serious: true, ...question }];
}

function adviseOnLabels({ labelColumns }: Found): Advice[] {
  const remedy =
    labelColumns.length === 0
      ? `add a column with the class of every field, and name it with ${named('label')}`
      : `name the column with ${named('label')} to see classes, their balance and their batches; candidates: ${labelColumns.join(', ')}`;
  return [{ serious: false, problem: 'no label was named', remedy }];
}

function adviseOnSizes({ nuclei, fields }: Found): Advice[] {
  const advice: Advice[] = [];
  const least = Math.min(...fields.flatMap(({ quality }) => (quality ? [quality.height, quality.width] : [])));
  if (least < smallestNewField()) {
    const factor = [2, 3, LARGEST_FACTOR].find((times) => least >= smallestNewField(times));
    const enlarged = factor === undefined ? '' : `, or train with ${named('enlarge')} ${factor}`;
    advice.push({
      serious: true,
      problem: `a field of ${least} pixels is too small for the network`,
      remedy: `give fields of at least ${smallestNewField()} pixels a side${enlarged}`,
    });
  }
  if (nuclei === null) return advice;
  const cell = CELL_PER_NUCLEUS * nuclei.diameter;
  if (cell >= MUCH_SMALLER * FITTING_CELL) return advice;
  const [diameter, width] = [nuclei.diameter, cell].map((pixels) => pixels.toFixed(0));
  advice.push({
    serious: false,
    problem: `cells look small: nuclei are about ${diameter} pixels wide (${nuclei.channel}, median of ${counted(nuclei.fields, 'field')}), so cells may be about ${width} pixels wide, and the network was designed for 40 to 100`,
    remedy: `train with ${named('enlarge')} ${Math.min(4, Math.max(2, Math.round(FITTING_CELL / cell)))}`,
  });
  return advice;
}

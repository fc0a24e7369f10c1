/** The figures of an evaluation as text for a terminal, no line longer than 100 columns. */
import { counted, pluralOf } from '../words.ts';
import { formatAssay } from './assay/format.ts';
import type { Baseline } from './baselines.ts';
import type { Metrics } from './evaluate.ts';
import type { Interval } from './interval.ts';
import { LINE_WIDTH, shorten, wrap } from './lines.ts';

/** Sections separated by an empty line: headline, baselines, classes, confusion, wrong treatments. */
export function formatMetrics(metrics: Metrics): string {
  const sections = [
    headline(metrics),
    baselines(metrics),
    calibration(metrics),
    notTrainedOn(metrics),
    replicates(metrics),
    classes(metrics),
    confusion(metrics),
    wrongTreatments(metrics),
    metrics.assay ? formatAssay(metrics.assay).trimEnd() : '',
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function headline({ unit, columns, labels, images, wells, treatments }: Metrics): string {
  const lines = [
    `${images.correct} of ${counted(images.n, unit)} right: ${figure(images.accuracy)} ${interval(images.interval95.accuracy)}`,
    `Mean class accuracy ${figure(images.meanClassAccuracy)} ${interval(images.interval95.meanClassAccuracy)}`,
    `Mean average precision ${figure(images.meanAveragePrecision)}`,
  ];
  if (labels === 'several')
    lines.push('A field, treatment or well is right when it is given all its labels and no other.');
  // The rows of a table of treatments are those already, and so are wells.
  const others = unit === 'treatment' ? undefined : treatments;
  if (others?.interval95) {
    const { correct, total, accuracy, interval95 } = others;
    lines.push(`${correct} of ${counted(total, 'treatment')} right: ${figure(accuracy)} ${interval(interval95)}`);
  } else if (others) {
    lines.push(`No treatments: ${treatments.note ?? `${columns.treatment} is empty`}`);
  }
  if (wells && unit === 'field')
    lines.push(`${wells.correct} of ${counted(wells.total, 'well')} right: ${figure(wells.accuracy)}`);
  lines.push(...new Set([images.interval95.accuracy, others?.interval95].flatMap((i) => (i ? [method(i)] : []))));
  lines.push(`These figures are of ${images.of}.`);
  lines.push(...beware(images, unit));
  return lines.flatMap((line) => wrap(line)).join('\n');
}

/** What makes the figures too high, where anything does. */
function beware({ n, usedInTraining, trainedOn }: Metrics['images'], unit: Metrics['unit']): string[] {
  if (!usedInTraining) return [];
  if (trainedOn === 0)
    return [
      `${unit === 'field' ? 'They' : 'Their fields'} chose the epoch, so these figures may be somewhat too high.`,
    ];
  return [
    `Beware: ${unit === 'field' ? '' : 'fields of '}${usedInTraining} of these ${pluralOf(unit)} were used in training, so these figures say nothing of new ones, and may be far too high.`,
    ...(trainedOn === n
      ? ['There is no honest figure here: train with a replicate or a plate held out, and test on that.']
      : []),
  ];
}

/** Rows of the model and of the baselines on the same fields. */
function figuresBeside(
  { n, correct, accuracy }: Pick<Metrics['images'], 'n' | 'correct' | 'accuracy'>,
  { found, title }: { found: Metrics['baselines']; title: string },
): string[] {
  const entries: readonly (readonly [string, Baseline])[] = [
    ['majority class', found.majorityClass],
    ['mean intensity of each channel', found.meanIntensity],
    ['batch alone', found.batchAlone],
  ];
  const row = (name: string, right: number | null, of: number, share: number | null) =>
    `${name.padEnd(32)}${(right === null ? '-' : `${right}/${of}`).padStart(13)}${figure(share).padStart(10)}`;
  return [
    `${title.padEnd(32)}${'count'.padStart(13)}${'accuracy'.padStart(10)}`,
    row('this model', correct, n, accuracy),
    ...entries.map(([name, baseline]) => row(name, baseline.correct, baseline.n, baseline.accuracy)),
    ...entries.flatMap(([name, { how }]) => wrap(`  ${name}: ${how}`)),
  ];
}

function baselines({ unit, labels, images, baselines: found }: Metrics): string {
  return [
    ...figuresBeside(images, { found, title: `${capital(pluralOf(unit))} right` }),
    ...(labels === 'several' ? ['  To the baselines, each set of labels is a class of its own.'] : []),
  ].join('\n');
}

function calibration({ unit, calibration: { of, n, bins, ...found }, spread }: Metrics): string {
  const what = of === 'class' ? `The predicted class of a ${unit}` : `A label of a ${unit}`;
  const right = of === 'class' ? 'is right for' : 'is true for';
  const counts = of === 'class' ? counted(n, unit) : `${n} labels of ${pluralOf(unit)}`;
  return [
    `${what} has a mean probability of ${figure(found.confidence)} and ${right} ${figure(found.accuracy)} of ${counts}.`,
    `Expected calibration error ${figure(found.expectedCalibrationError)} in ${counted(bins.length, 'bin')} of equally many; probabilities that are shares would have ${figure(found.byChance)} by chance.`,
    ...(spread
      ? [
          `The models differ by ${figure(spread.right)} where they are right together, and by ${figure(spread.wrong)} where they are wrong (mean spread).`,
        ]
      : []),
  ]
    .flatMap(wrap)
    .join('\n');
}

function notTrainedOn({ unit, notTrainedOn: found }: Metrics): string {
  if (!found) return '';
  const { n, correct, accuracy, interval95, of } = found;
  return [
    ...wrap(
      `The honest figures are those of ${of}: ${correct} of ${n} right, ${figure(accuracy)} ${interval(interval95)}`,
    ),
    ...figuresBeside(found, { found: found.baselines, title: `${capital(pluralOf(unit))} right, not trained on` }),
  ].join('\n');
}

function replicates({ unit, columns, replicates: found }: Metrics): string {
  if (!found) return '';
  const right = `${pluralOf(unit)} right`;
  const wide = Math.max(13, right.length + 1);
  const rows = found.map(
    ({ replicate, correct, total, accuracy }) =>
      `${shorten(replicate || '(empty)', 32).padEnd(32)}${`${correct}/${total}`.padStart(wide)}${figure(accuracy).padStart(10)}`,
  );
  return [
    `${shorten(columns.replicate!, 32).padEnd(32)}${right.padStart(wide)}${'accuracy'.padStart(10)}`,
    ...rows,
  ].join('\n');
}

function classes({ unit, labels, perClass }: Metrics): string {
  const several = labels === 'several';
  const mark = String(perClass.length).length;
  const name = Math.min(
    several || unit === 'treatment' ? 30 : 40,
    Math.max(5, ...perClass.map((row) => row.class.length)),
  );
  const wide = Math.max(10, pluralOf(unit).length + 2);
  const line = (first: string, second: string, cells: readonly string[]) =>
    `${first.padStart(mark)}  ${second.padEnd(name)}${cells.map((cell) => cell.padStart(wide)).join('')}`;
  return [
    line('', 'Class', [pluralOf(unit), 'recall', 'precision', 'F1', 'AP', ...(several ? ['threshold'] : [])]),
    ...perClass.map((row, k) =>
      line(String(k + 1), shorten(row.class, name), [
        String(row.n),
        ...[row.recall, row.precision, row.f1, row.averagePrecision].map(figure),
        ...(several ? [figure(row.threshold ?? null)] : []),
      ]),
    ),
    ...(several ? [`A ${unit} counts in the row of each of its labels.`] : []),
    ...(perClass.some(({ n }) => n === 0) ? [`Classes without ${pluralOf(unit)} are left out of the means.`] : []),
  ].join('\n');
}

/** Rows are the truth; columns go by the numbers of the rows. Of too many classes only the frequent confusions,
 * and of several labels none: most pairs of them belong together. */
function confusion({ unit, labels, confusion: { classes: names, counts } }: Metrics): string {
  const mark = String(names.length).length;
  const cell = 2 + Math.max(mark, ...counts.flat().map((count) => String(count).length));
  const room = LINE_WIDTH - mark - 2 - cell * names.length;
  if (room < 8) return labels === 'several' ? '' : frequentConfusions(names, counts);
  const name = Math.min(room, 40, Math.max(...names.map(({ length }) => length)));
  return [
    ...(labels === 'several'
      ? [
          `Labels together: rows are true labels, columns labels that were given. A ${unit} counts once for each`,
          `pair of them, so a ${unit} that has two labels and is given both counts beside the diagonal too.`,
        ]
      : ['Confusion: rows are the truth, columns what was predicted']),
    `${' '.repeat(mark + 2 + name)}${names.map((_, k) => String(k + 1).padStart(cell)).join('')}`,
    ...counts.map(
      (row, k) =>
        `${String(k + 1).padStart(mark)}  ${shorten(names[k]!, name).padEnd(name)}${row.map((count) => (count === 0 ? '.' : String(count)).padStart(cell)).join('')}`,
    ),
  ].join('\n');
}

function frequentConfusions(names: readonly string[], counts: readonly (readonly number[])[]): string {
  const pairs = counts
    .flatMap((row, truth) => row.map((count, predicted) => ({ truth, predicted, count })))
    .filter(({ truth, predicted, count }) => truth !== predicted && count > 0)
    .sort((a, b) => b.count - a.count);
  if (pairs.length === 0) return 'Confusion: none';
  const shown = pairs.slice(0, 20);
  return [
    `Confusion, the ${shown.length} most frequent of ${pairs.length} pairs: truth, then what was predicted`,
    ...shown.map(
      ({ truth, predicted, count }) =>
        `${String(count).padStart(6)}  ${shorten(names[truth]!, 40).padEnd(40)}  ${shorten(names[predicted]!, 40)}`,
    ),
  ].join('\n');
}

function wrongTreatments({ unit, treatments: { misclassified } }: Metrics): string {
  if (misclassified.length === 0) return '';
  const shown = misclassified.slice(0, 20);
  const line = (cells: readonly [string, string, string, string]) =>
    `${cells[0].padEnd(32)}${cells[1].padStart(7)}  ${cells[2].padEnd(28)}  ${cells[3]}`.trimEnd();
  return [
    line(['Treatments predicted wrongly', unit === 'treatment' ? '' : pluralOf(unit), 'truth', 'predicted']),
    ...shown.map(({ treatment, truth, predicted, fields }) =>
      line([
        shorten(treatment, 32),
        unit === 'treatment' ? '' : String(fields),
        shorten(truth, 28),
        shorten(predicted || '(no label)', 28),
      ]),
    ),
    ...(misclassified.length > shown.length ? [`and ${misclassified.length - shown.length} more`] : []),
  ].join('\n');
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function interval({ low, high }: Interval): string {
  return `(95 % ${figure(low)} to ${figure(high)})`;
}

function method({ method: text }: Interval): string {
  return `95 % intervals by Gaffke's method: ${text.replace(/^Gaffke, /, '')}`;
}

/** Three digits, and more where they alone would turn nearly all into all, but not for an error of rounding; `-` for what is not known. */
export function figure(value: number | null): string {
  if (value === null) return '-';
  const digits = [3, 4, 5, 6].find((count) => value === 1 || Number(value.toFixed(count)) < 1) ?? 3;
  return value.toFixed(digits);
}

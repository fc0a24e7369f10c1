/**
 * The classical pipelines on a screen: trained on all replicates but one and tested on that one, and trained on all
 * compounds but one and tested on that one. Images right, and treatments right.
 *
 * Run: npm run bench:classical -- <screen> --label MOA --nuclei-channel DNA [--distance 10] [--treatment Treatment]
 * [--replicate Replicate] [--compound Compound] [--seed 1]
 */
import { parseArgs } from 'node:util';
import { foldsByWell } from '../src/evaluation/splits.ts';
import { median } from '../src/evaluation/treatments.ts';
import {
  type FieldProfile,
  labelsOf,
  profileField,
  readField,
  readScreen,
  trainFactorAnalysis,
  trainFieldFeatures,
  trainSvmEnsemble,
  wellKey,
} from '../src/index.ts';
import { detectNuclei } from '../src/localization/nuclei.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    label: { type: 'string', default: 'MOA' },
    'nuclei-channel': { type: 'string', default: 'DNA' },
    distance: { type: 'string', default: '10' },
    treatment: { type: 'string', default: 'Treatment' },
    replicate: { type: 'string', default: 'Replicate' },
    compound: { type: 'string', default: 'Compound' },
    seed: { type: 'string', default: '1' },
  },
});
const seed = Number(options.seed);
const screen = await readScreen(positionals[0]!);
const nucleiChannel = screen.channels.indexOf(options['nuclei-channel']);
const labelNames = labelsOf(screen, options.label);
const classNames = [...new Set(labelNames)].sort();
const labels = labelNames.map((name) => classNames.indexOf(name));
const classes = classNames.length;
const wells = screen.fields.map(wellKey);
const treatments = labelsOf(screen, options.treatment);

const began = performance.now();
const profiles: FieldProfile[] = [];
for (const field of screen.fields) {
  const image = await readField(screen, field);
  const { data, height, width } = image;
  const size = height * width;
  const plane = { data: data.subarray(nucleiChannel * size, (nucleiChannel + 1) * size), height, width };
  const { labels: nuclei } = detectNuclei(plane);
  profiles.push(profileField(image, nuclei, { channelNames: screen.channels, distance: Number(options.distance) }));
}
const cellCount = profiles.reduce((sum, { cells }) => sum + cells.objectNumbers.length, 0);
say(`${profiles.length} fields, ${cellCount} cells measured in ${seconds(began)} s`);

/** What a pipeline says of fields that it has not seen: the class of each, and of each treatment. */
interface Answers {
  readonly images: readonly number[];
  readonly treatments: readonly number[];
  readonly chosen: string;
}

type Pipeline = (
  trained: readonly number[],
  tested: readonly number[],
  groups: readonly (readonly number[])[],
) => Answers;

const pipelines: Readonly<Record<string, Pipeline>> = {
  'field-features': (trained, tested, groups) => {
    const training = { ...common(trained), fields: trained.map((i) => profiles[i]!.values) };
    const { l2, probability } = trainFieldFeatures(training);
    return byMedian((i) => probability(profiles[i]!.values), { tested, groups, chosen: `l2 ${l2}` });
  },
  'factor-analysis': (trained, tested, groups) => {
    const training = {
      ...common(trained),
      fields: trained.map((i) => profiles[i]!.cells),
      treatments: trained.map((i) => treatments[i]!),
    };
    const { factors, similarity } = trainFactorAnalysis(training);
    const answer = (places: readonly number[]) => largest(similarity(places.map((i) => profiles[i]!.cells)));
    return {
      images: tested.map((i) => answer([i])),
      treatments: groups.map(answer),
      chosen: `${factors} factors`,
    };
  },
  'svm-ensemble': (trained, tested, groups) => {
    const training = { ...common(trained), fields: trained.map((i) => profiles[i]!.cells) };
    const { cost, votes } = trainSvmEnsemble(training, { seed });
    return byMedian((i) => votes(profiles[i]!.cells), { tested, groups, chosen: `cost ${cost}` });
  },
};

for (const column of [options.replicate, options.compound]) {
  const values = labelsOf(screen, column);
  const held = [...new Set(values)].sort();
  say(`\nleave one ${column} out (${held.length} folds)`);
  for (const [name, pipeline] of Object.entries(pipelines)) {
    const start = performance.now();
    const total = { images: 0, imagesRight: 0, treatments: 0, treatmentsRight: 0 };
    const lines: string[] = [];
    for (const value of held) {
      const places = values.map((_, i) => i);
      const tested = places.filter((i) => values[i] === value);
      const groups = groupByTreatment(tested);
      const answers = pipeline(
        places.filter((i) => values[i] !== value),
        tested,
        groups,
      );
      const right = tested.filter((i, n) => answers.images[n] === labels[i]).length;
      const rightGroups = groups.filter(([first], n) => answers.treatments[n] === labels[first!]).length;
      total.images += tested.length;
      total.imagesRight += right;
      total.treatments += groups.length;
      total.treatmentsRight += rightGroups;
      lines.push(
        `    ${value}: ${right}/${tested.length} images, ${rightGroups}/${groups.length} treatments (${answers.chosen})`,
      );
    }
    const { images, imagesRight } = total;
    say(
      `  ${name}: ${imagesRight}/${images} images (${(imagesRight / images).toFixed(3)}), ` +
        `${total.treatmentsRight}/${total.treatments} treatments, ${seconds(start)} s`,
    );
    for (const line of lines) say(line);
  }
}

function common(places: readonly number[]) {
  const wellsOfTraining = places.map((i) => ({ label: labelNames[i]!, well: wells[i]! }));
  return { labels: places.map((i) => labels[i]!), classes, folds: foldsByWell(wellsOfTraining, { k: 5, seed }) };
}

/** A treatment has the median, over its fields, of what each class scores. */
function byMedian(
  scoreOf: (place: number) => Float64Array,
  { tested, groups, chosen }: { tested: readonly number[]; groups: readonly (readonly number[])[]; chosen: string },
): Answers {
  const scores = new Map(tested.map((i) => [i, scoreOf(i)]));
  const medians = groups.map((group) => classNames.map((_, k) => median(group.map((i) => scores.get(i)![k]!))));
  return { images: tested.map((i) => largest(scores.get(i)!)), treatments: medians.map(largest), chosen };
}

function groupByTreatment(places: readonly number[]): readonly (readonly number[])[] {
  const names = [...new Set(places.map((i) => treatments[i]!))];
  return names.map((name) => places.filter((i) => treatments[i] === name));
}

function largest(scores: ArrayLike<number>): number {
  const list = Array.from(scores);
  return list.indexOf(Math.max(...list));
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

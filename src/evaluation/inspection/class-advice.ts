import { named } from '../../errors.ts';
import { doubtfulLabelWords } from '../../screen/doubtful-labels.ts';
import { agreeing, counted } from '../../words.ts';
import type { BatchReport, ClassReport } from './classes.ts';
import { percent } from './flags.ts';
import type { Advice } from './inspection.ts';
import type { SplitReport } from './split.ts';

/** Ratio of the largest class to the smallest (fields) from which on classes count as unequal. */
const UNEQUAL = 4;
/** Wells that a class needs: one each for training, validation and test. */
const LEAST_WELLS = 3;

/** What should be known about labels before training. */
export function adviseOnClasses(report: ClassReport): Advice[] {
  const { classes, unlabelled, several, mixedWells, batches, atEdge, column } = report;
  const advice: Advice[] = [];
  const say = (serious: boolean, problem: string, remedy: string) => advice.push({ serious, problem, remedy });
  if (unlabelled > 0) {
    const problem = `${unlabelled} ${unlabelled === 1 ? 'field has' : 'fields have'} no label in ${column}`;
    say(false, problem, 'train and evaluate set them aside, and predict predicts them');
  }
  if (classes.length < 2) {
    const problem = classes.length === 0 ? 'no field has a label' : `there is only one class, ${classes[0]!.name}`;
    say(true, problem, `name another column with ${named('label')}`);
    return advice;
  }
  for (const { problem, remedy } of doubtfulLabelWords(classes, { column })) say(true, problem, remedy);
  if (several > 0)
    say(
      false,
      `${counted(several, 'field')} ${agreeing(several, 'has', 'have')} several labels`,
      `train with ${named('head')} sigmoid`,
    );
  if (mixedWells.length > 0) {
    say(true, `the fields of ${some(mixedWells)} differ in label`, 'check the labels of these wells');
  }
  const rare = classes.filter(({ wells }) => wells < LEAST_WELLS);
  if (rare.length > 0) {
    const names = some(rare.map(({ name, wells }) => `${name} (${wells})`));
    say(true, `too few wells to train, validate and test: ${names}`, 'add wells, or leave these classes out');
  }
  const sizes = classes.map(({ fields }) => fields);
  if (Math.max(...sizes) >= UNEQUAL * Math.min(...sizes)) {
    const problem = `classes differ in size: from ${Math.min(...sizes)} to ${Math.max(...sizes)} fields`;
    say(
      false,
      problem,
      `train with ${named('balance')} weights, and judge by mean class accuracy rather than accuracy`,
    );
  }
  for (const batch of batches) advice.push(...adviseOnBatches(batch));
  for (const { name, wells, others } of atEdge) {
    const problem = `${name} is at the edge of the plates: ${percent(wells)} of its wells, against ${percent(others)} of the others`;
    say(true, problem, 'the network may learn the edge: test on plates with another layout if there are any');
  }
  return advice;
}

function adviseOnBatches({ column, batches, accuracy, majority, tells, alone, pure }: BatchReport): Advice[] {
  const word = bare(column);
  const advice: Advice[] = [];
  if (tells) {
    advice.push({
      serious: true,
      problem: `the ${word} alone predicts the label of ${percent(accuracy)} of the wells (the most frequent class alone: ${percent(majority)})`,
      remedy: `the network may learn the ${word}: hold out whole ${plural(word)}, and compare its accuracy with this figure`,
    });
  }
  if (tells && pure.length > 0) {
    const held = some(pure.map(({ batch, name }) => `${batch} (${name})`));
    const problem = `${pure.length === 1 ? `one ${word} has` : `some ${plural(word)} have`} only one class: ${held}`;
    advice.push({ serious: false, problem, remedy: `the network may learn the ${word} there instead of the class` });
  }
  for (const batch of batches) {
    const names = alone.filter((one) => one.batch === batch).map(({ name }) => name);
    if (names.length === 0) continue;
    advice.push({
      serious: true,
      problem: `${some(names)} ${names.length === 1 ? 'occurs' : 'occur'} only ${word === 'plate' ? 'on' : 'in'} ${word} ${batch}`,
      remedy: `the network may learn the ${word} instead, and this screen cannot reveal it: add other ${plural(word)} with ${names.length === 1 ? 'this class' : 'these classes'}`,
    });
  }
  return advice;
}

/** What should be known about a split before training. */
export function adviseOnSplit({ holdout, refused, dividedWells, leaks, treatments }: SplitReport): Advice[] {
  const advice: Advice[] = [];
  const option = holdout.map((condition) => `${named('holdout')} ${condition}`).join(' ');
  if (dividedWells.length > 0) {
    advice.push({
      serious: true,
      problem: `${option} divides ${dividedWells.length} ${dividedWells.length === 1 ? 'well' : 'wells'}: ${some(dividedWells)} would be used both for training and for testing`,
      remedy: 'hold out by a column with one value for each well, such as a plate, a replicate or a compound',
    });
  } else if (refused !== null) {
    advice.push({ serious: true, problem: 'train would refuse this split', remedy: refused });
  }
  if (leaks.length > 0) {
    const fields = leaks.length === 1 ? '1 held-out field shows' : `${leaks.length} held-out fields show`;
    advice.push({
      serious: true,
      problem: `${fields} the same pixels as a training field: ${some(leaks)}`,
      remedy: 'remove the duplicates from the table; otherwise the test is too easy',
    });
  }
  if (treatments !== null && treatments.trainedToo > 0) {
    advice.push({
      serious: false,
      problem: `${treatments.trainedToo} of ${treatments.tested} held-out treatments are also in the training wells (${bare(treatments.column)})`,
      remedy: 'this is fine when a replicate is held out; to test on new compounds, hold out compounds',
    });
  }
  return advice;
}

/** The first few of names. */
function some(names: readonly string[]): string {
  return names.length > 5 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : names.join(', ');
}

const bare = (column: string): string => column.replace(/^(image_)?(metadata_)?/i, '').toLowerCase();

const plural = (word: string): string => (/(ch|s|x)$/.test(word) ? `${word}es` : `${word}s`);

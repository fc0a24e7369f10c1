/** From scores to probabilities that are shares of fields: one number by which all scores are divided. */
import type { Head } from '../../network/forward.ts';
import { probabilityOfScores } from '../../network/last-layer.ts';
import { counted } from '../../words.ts';

/** A field of known labels, and what the last layer says of it before its softmax or sigmoid. */
export interface ScoredField {
  /** Places of its labels among the classes. */
  readonly targets: readonly number[];
  /** Scores `[K]` of every picture of it, whose probabilities are averaged; of most fields there is one picture. */
  readonly pictures: readonly (readonly number[])[];
}

/** A temperature, and where it came from. */
export interface ChosenTemperature {
  readonly temperature: number;
  /** Fields that it was chosen by; 0 where there were none. */
  readonly fields: number;
  /** Mean negative log likelihood a field before and after, of the smoothed labels. */
  readonly loss: { readonly before: number; readonly after: number };
}

/** Between these the temperature lies. */
export const TEMPERATURES = { lowest: 0.25, highest: 10 } as const;

/** Places of the logarithm that are tried before the best of them is refined, and the steps of that. */
const TRIED = 30;
const REFINED = 25;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Smallest probability whose logarithm is taken. */
const LEAST = 1e-12;

/**
 * The temperature T that makes the negative log likelihood of some fields least when all scores are divided by it: softmax(z / T),
 * or sigmoid(z / T) of each label.
 *
 * Where every field is right, no likelihood is large enough for T to be above 0: the smaller, the better. So the labels are
 * smoothed as Platt's are: each field counts as right with (n + 1) / (n + 2), the rule of succession, as if one more field
 * were right and one were wrong. Of n fields that are all right, no more than that is known. With many fields that says nothing.
 *
 * Source: Guo, Pleiss, Sun & Weinberger, On calibration of modern neural networks, ICML (2017), section 4.2; Platt,
 * Probabilistic outputs for support vector machines (1999), section 2.2.
 */
export function chooseTemperature(
  fields: readonly ScoredField[],
  { head }: { readonly head: Head },
): ChosenTemperature {
  const loss = (temperature: number) => smoothedLoss(fields, { head, temperature });
  const before = loss(1);
  if (fields.length === 0) return { temperature: 1, fields: 0, loss: { before: 0, after: 0 } };
  const [low, high] = [Math.log(TEMPERATURES.lowest), Math.log(TEMPERATURES.highest)];
  const step = (high - low) / TRIED;
  const losses = Array.from({ length: TRIED + 1 }, (_, i) => loss(Math.exp(low + i * step)));
  const best = losses.indexOf(Math.min(...losses));
  const found = refine((place) => loss(Math.exp(place)), {
    from: low + Math.max(0, best - 1) * step,
    to: low + Math.min(TRIED, best + 1) * step,
  });
  const temperature = Number(Math.exp(found).toPrecision(4));
  return { temperature, fields: fields.length, loss: { before, after: loss(temperature) } };
}

/** What there is to say of a temperature, in a sentence. */
export function temperatureWords({ temperature, fields, loss }: ChosenTemperature): string {
  if (fields === 0) return 'the temperature is 1: there are no validation fields to choose it';
  const [before, after] = [loss.before, loss.after].map((value) => value.toFixed(3));
  const which =
    temperature <= TEMPERATURES.lowest ? ', the lowest' : temperature >= TEMPERATURES.highest ? ', the highest' : '';
  return `temperature ${temperature}${which}: the loss of ${counted(fields, 'validation field')} falls from ${before} to ${after}`;
}

/** The mean over pictures of the probabilities of their scores, `[K]`. */
export function averageOfScores(
  pictures: ScoredField['pictures'],
  last: { readonly head: Head; readonly temperature?: number | undefined },
): number[] {
  const each = pictures.map((scores) => probabilityOfScores(scores, last));
  return each[0]!.map((_, k) => each.reduce((all, of) => all + of[k]!, 0) / each.length);
}

/** Where a function of one number with one least value between two places has it, by golden sections. */
function refine(of: (place: number) => number, { from, to }: { from: number; to: number }): number {
  let [low, high] = [from, to];
  for (let i = 0; i < REFINED; i++) {
    const [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
    if (of(left) < of(right)) high = right;
    else low = left;
  }
  return (low + high) / 2;
}

/** The mean loss of some fields at a temperature. */
function smoothedLoss(
  fields: readonly ScoredField[],
  { head, temperature }: { head: Head; temperature: number },
): number {
  const right = (fields.length + 1) / (fields.length + 2);
  const sum = fields.reduce((total, { targets, pictures }) => {
    return total + lossOf(averageOfScores(pictures, { head, temperature }), { targets, head, right });
  }, 0);
  return sum / fields.length;
}

/** With a softmax what is not right is shared by the other classes; with sigmoids each label is right or not by itself. */
function lossOf(
  probability: readonly number[],
  { targets, head, right }: { targets: readonly number[]; head: Head; right: number },
): number {
  const log = (p: number) => Math.log(Math.max(p, LEAST));
  const others = (1 - right) / Math.max(1, probability.length - 1);
  return -probability.reduce((sum, p, k) => {
    const isTarget = targets.includes(k);
    if (head === 'softmax') return sum + (isTarget ? right : others) * log(p);
    return sum + right * log(isTarget ? p : 1 - p) + (1 - right) * log(isTarget ? 1 - p : p);
  }, 0);
}

import { MilscopeError, named } from '../../errors.ts';
import type { PredictionRow, PredictionTable } from '../prediction-table.ts';
import { cell } from '../truth.ts';
import type { Scoring, WellRole } from './assay.ts';

/** What is asked of the scores of fields. */
export interface ScoreRequest {
  /** A class, `log-odds` or `not-negative`; unless given, log odds where two control classes are known. */
  readonly score?: string | undefined;
}

/** How a field is scored: in words, and as a function of its row. */
export interface FieldScore extends Pick<Scoring, 'kind' | 'of' | 'against' | 'words'> {
  readonly scoreOf: (row: Pick<PredictionRow, 'probability'>) => number;
  /** What a reader should know of how it was chosen. */
  readonly notes: readonly string[];
}

/** The words of a request that are no classes. */
const LOG_ODDS = 'log-odds';
const NOT_NEGATIVE = 'not-negative';

/** Probabilities below this count as this: float32 softmax gives 0 there, whose logarithm has no end. */
const LEAST = 1e-30;

/**
 * Decides how fields are scored. The higher a score, the less a field looks like the negative controls. Log odds do not
 * saturate as probabilities do, which hide a dose.
 *
 * @param roles of the rows of the table, in their order
 * @throws BadOption for a class that the model does not know, and for log odds of one class against itself
 */
export function decideScore(
  table: PredictionTable,
  { score, roles }: ScoreRequest & { roles: readonly WellRole[] },
): FieldScore {
  const { classes } = table;
  if (score !== undefined && score !== LOG_ODDS && score !== NOT_NEGATIVE) return ofClass(score, table);
  const negative = classOf(table, roles, 'negative');
  const positive = classOf(table, roles, 'positive');
  const against = negative!.name;
  const notes = [negative, positive].flatMap((found) => (found?.note === undefined ? [] : [found.note]));
  const n = classes.indexOf(against);
  if (score === NOT_NEGATIVE || (score === undefined && (positive === undefined || positive.name === against))) {
    return {
      ...{ kind: 'not negative', of: null, against, notes },
      words: `1 - the probability of ${against}`,
      scoreOf: ({ probability }) => 1 - probability[n]!,
    };
  }
  if (positive?.name === against) throw sameClass(against);
  // Of two classes, the one that the negative controls are not is the other.
  const of = positive?.name ?? (classes.length === 2 ? classes[1 - n]! : null);
  const p = of === null ? -1 : classes.indexOf(of);
  const odds = (probability: ArrayLike<number>) => (p < 0 ? 1 - probability[n]! : probability[p]!);
  return {
    ...{ kind: 'log odds', of, against, notes },
    words: of === null ? `log odds against ${against}` : `log odds of ${of} against ${against}`,
    scoreOf: ({ probability }) =>
      Math.log(Math.max(LEAST, odds(probability))) - Math.log(Math.max(LEAST, probability[n]!)),
  };
}

function ofClass(score: string, { classes, source }: PredictionTable): FieldScore {
  const k = classes.indexOf(score);
  const found = k >= 0 ? k : classes.findIndex((name) => plain(name) === plain(score));
  if (found < 0) {
    throw new MilscopeError('BadOption', {
      file: source,
      option: `score ${score}`,
      problem: 'the model does not know this class',
      expected: `${LOG_ODDS}, ${NOT_NEGATIVE}, or one of the classes ${classes.join(', ')}`,
    });
  }
  const of = classes[found]!;
  return {
    ...{ kind: 'class', of, against: null, notes: [] },
    words: `the probability of ${of}`,
    scoreOf: ({ probability }) => probability[found]!,
  };
}

/** The class that control wells show, and how it was found where that is no matter of course. */
interface ControlClass {
  readonly name: string;
  readonly note?: string;
}

/**
 * The class of the controls: the one that a column of the table gives all of them, else the one that they are predicted to
 * be most. Undefined where there are none.
 */
function classOf(
  { rows, metadata, classes }: PredictionTable,
  roles: readonly WellRole[],
  role: WellRole,
): ControlClass | undefined {
  const own = rows.filter((_, i) => roles[i] === role);
  if (own.length === 0) return undefined;
  const byPlain = new Map(classes.map((name) => [plain(name), name]));
  for (const column of metadata) {
    const [first, ...others] = new Set(own.map((row) => byPlain.get(plain(cell(row, column)))));
    if (first !== undefined && others.length === 0) return { name: first };
  }
  const sums = classes.map((_, k) => own.reduce((sum, { probability }) => sum + probability[k]!, 0));
  const name = classes[sums.indexOf(Math.max(...sums))]!;
  const share = Math.max(...sums) / own.length;
  return {
    name,
    note: `no column gives the class of the ${role} controls: it is taken to be ${name}, which they are predicted to be with a mean probability of ${share.toFixed(2)}; ${named('score')} names another`,
  };
}

function plain(text: string): string {
  return text.trim().normalize('NFC').toLowerCase();
}

function sameClass(name: string): MilscopeError {
  return new MilscopeError('BadOption', {
    option: `score ${LOG_ODDS}`,
    problem: 'the positive controls are of the same class as the negative ones',
    found: name,
    expected: 'two control classes',
    remedy: `name other controls with ${named('positive')} or ${named('negative')}, or a class with ${named('score')}`,
  });
}

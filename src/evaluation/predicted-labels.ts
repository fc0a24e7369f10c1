import { MilscopeError } from '../errors.ts';
import { canonicalLabels } from '../screen/label-sets.ts';
import { commaRemedy, parseNumber } from '../tables/parse-number.ts';
import type { TableRow } from '../tables/table-row.ts';
import { probabilityPrefix, thresholdPrefix } from './prediction-table.ts';
import { labelsAbove } from './thresholds.ts';

/** What one row of a table of predictions says. */
interface PredictedRow {
  readonly probability: Float32Array;
  /** The text in `MIL_Predicted`, undefined in a table without that column. */
  readonly text: string | undefined;
  readonly row: number;
}

/** Gives the prediction of a row. Throws `BadTable` when it does not follow from the probabilities. */
export type ReadPredicted = (row: PredictedRow) => string;

/** For one class a field: that with the largest probability. */
export function oneClass(classes: readonly string[], file: string): ReadPredicted {
  return ({ probability, text, row }) => {
    const largest = Math.max(...probability);
    const predicted = text ?? classes[probability.indexOf(largest)]!;
    if (probability[classes.indexOf(predicted)] === largest) return predicted;
    throw new MilscopeError('BadTable', {
      file,
      row,
      column: 'MIL_Predicted',
      problem: 'the predicted class is not the one with the largest probability',
      found: predicted || 'an empty cell',
      expected: classes[probability.indexOf(largest)],
    });
  };
}

/** For several labels a field: those whose probability reaches the threshold of the class, in the order of the classes. */
export function severalLabels(
  classes: readonly string[],
  { thresholds, file }: { thresholds: readonly number[]; file: string },
): ReadPredicted {
  return ({ probability, text, row }) => {
    const predicted = labelsAbove(probability, { classes, thresholds });
    if (text === undefined || canonicalLabels(text) === canonicalLabels(predicted)) return predicted;
    throw new MilscopeError('BadTable', {
      file,
      row,
      column: 'MIL_Predicted',
      problem: `the predicted labels are not those whose ${probabilityPrefix} reaches their ${thresholdPrefix}`,
      found: text || 'an empty cell',
      expected: predicted || 'an empty cell',
    });
  };
}

/**
 * The threshold of each class, float32, from the first row of a table that has columns of them. Throws `MissingColumn` for
 * a class without one, and `BadTable` for what is no threshold.
 */
export function readThresholds(
  classes: readonly string[],
  { columns, cells, file, row, decimal }: ThresholdCells & { readonly file: string },
): readonly number[] {
  return classes.map((name) => {
    const column = thresholdPrefix + name;
    const index = columns.find((of) => of.name === name)?.index;
    if (index === undefined) {
      throw new MilscopeError('MissingColumn', {
        file,
        column,
        problem: 'a class has no threshold, while others have one',
        remedy: 'give the table as it was written',
      });
    }
    const text = cells[index]?.trim() ?? '';
    const value = parseNumber(text, { decimal });
    if (value >= 0 && value <= 1) return Math.fround(value);
    const problem = 'not a probability from which on a label is given';
    throw new MilscopeError('BadTable', {
      file,
      row,
      column,
      problem,
      found: text || 'an empty cell',
      remedy: commaRemedy(text),
    });
  });
}

interface ThresholdCells extends TableRow {
  readonly columns: readonly { readonly index: number; readonly name: string }[];
}

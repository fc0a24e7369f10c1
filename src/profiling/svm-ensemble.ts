import { createRandom } from '../random.ts';
import { chooseByCrossValidation } from './cross-validation.ts';
import { cellRows, type FieldCells, indexOfLargest, pickFields, type TrainingFields } from './field-classifier.ts';
import { decisionValue, fitLinearSvm } from './linear-svm.ts';
import { standardizationOf, standardize } from './standardization.ts';

/** A classifier by the votes of cells. */
export interface SvmEnsembleClassifier {
  /** The cost C that was chosen. */
  readonly cost: number;
  /** The share of a field's cells that vote for each class, `[K]`; equal shares without cells. */
  readonly votes: (field: FieldCells) => Float64Array;
}

export interface SvmEnsembleOptions {
  /** Machines for each class. */
  readonly members?: number;
  /** Largest number of cells of the class on which a machine is trained, with as many of the other classes. */
  readonly cells?: number;
  /** C of every machine; by default chosen by cross-validation. */
  readonly cost?: number;
  readonly seed?: number;
}

/** Costs to choose from, the one that regularises most first. */
const costs = [0.001, 0.01, 0.1, 1];

/**
 * `svm-ensemble`, after Chong et al., "Yeast proteome dynamics from single cell imaging and automated analysis" (2015):
 * for every class several binary support vector machines, each trained on standardised cells drawn from fields of the
 * class and as many from the others. A cell has the label of its field. It votes for the class whose machines on
 * average put it farthest on their positive side; the result of a field is the shares of its cells' votes. The machines
 * are linear.
 */
export function trainSvmEnsemble(
  training: TrainingFields<FieldCells>,
  { members = 5, cells = 1000, cost: given, seed = 1 }: SvmEnsembleOptions = {},
): SvmEnsembleClassifier {
  const cost =
    given ??
    chooseByCrossValidation(costs, training.folds, (candidate, trained, tested) => {
      const votes = learn(pickFields(training, trained), { members: 1, cells, cost: candidate, seed });
      return tested.filter((i) => indexOfLargest(votes(training.fields[i]!)) !== training.labels[i]).length;
    });
  return { cost, votes: learn(training, { members, cells, cost, seed }) };
}

function learn(
  { fields, labels, classes }: TrainingFields<FieldCells>,
  { members, cells, cost, seed }: { members: number; cells: number; cost: number; seed: number },
): (field: FieldCells) => Float64Array {
  const scale = standardizationOf(cellRows(fields));
  const rowsOf = (field: FieldCells) => cellRows([field]).map((row) => standardize(row, scale));
  const byClass = Array.from({ length: classes }, (_, k) => fields.filter((_, i) => labels[i] === k).flatMap(rowsOf));
  const machines = byClass.map((own, k) => {
    const others = byClass.filter((_, other) => other !== k).flat();
    const size = Math.min(cells, own.length, others.length);
    if (size === 0) return [];
    return Array.from({ length: members }, (_, member) => {
      const draw = createRandom(seed, 'svm-ensemble', k, member);
      const positive = draw.shuffle(own).slice(0, size);
      const negative = draw.shuffle(others).slice(0, size);
      const y = Int8Array.from({ length: 2 * size }, (_, i) => (i < size ? 1 : -1));
      return fitLinearSvm([...positive, ...negative], y, { cost, seed: draw.word() }).weights;
    });
  });
  return (field) => {
    const votes = new Float64Array(classes);
    const rows = rowsOf(field);
    for (const row of rows) {
      // A class without a machine gets no vote.
      const values = machines.map(
        (own) => own.reduce((sum, weights) => sum + decisionValue(weights, row), 0) / own.length,
      );
      votes[indexOfLargest(values.map((value) => (Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value)))]! += 1;
    }
    return rows.length > 0 ? votes.map((count) => count / rows.length) : votes.fill(1 / classes);
  };
}

import { joinedLabels } from '../screen/label-sets.ts';
import { columnsOf, type TableLayout } from '../tables/table-layout.ts';
import {
  carriedColumns,
  layOutOutputs,
  type PredictionColumns,
  type PredictionRow,
  SITE_COUNT,
} from './prediction-table.ts';
import { classesOfMedians, heardOf, median, saysNothing } from './treatments.ts';

/** A group of fields, such as a well, and what is predicted for it. */
export interface PredictedGroup {
  /** Text by the columns of the table. */
  readonly metadata: Readonly<Record<string, string>>;
  /** How many fields it has; of those without cells, none where others have some. */
  readonly sites: number;
  readonly predicted: string;
  /** `[K]`, median over the fields of the last layer, and of the pooling layer. */
  readonly probability: readonly number[];
  readonly bag: readonly number[];
  /** Median over the fields of which it is known. */
  readonly novelty?: number | undefined;
  readonly model: string;
  /** Median over the fields; only where several models were averaged. */
  readonly spread?: number | undefined;
}

/** Gathers the predictions of fields by group. */
export interface PredictionGroups {
  readonly add: (row: PredictionRow) => void;
  /** The groups so far, in the order of their first fields, and how a table of them looks. */
  readonly finish: () => {
    readonly groups: readonly PredictedGroup[];
    readonly layout: TableLayout<PredictedGroup>;
    /** Fields that belong to no group. */
    readonly leftOut: number;
  };
}

interface Members {
  readonly metadata: Readonly<Record<string, string>>;
  readonly model: string;
  readonly rows: {
    readonly probability: Float32Array;
    readonly bag: Float32Array;
    readonly spread: number | undefined;
    readonly novelty: number | undefined;
  }[];
}

/**
 * Begins to gather predictions by the group that `nameOf` gives a field; without one, it is left out and counted. A group is
 * predicted as a treatment is: by the median, over its fields, of each class probability; the largest wins, or with
 * thresholds every class that reaches its own. Fields without a cell, of which a model whose instances are cells knows nothing, count
 * only where a group has no others. The table has the columns of metadata that are one text within every group,
 * and those of `named` (as the table names them) in any case, from the first field.
 */
export function groupPredictions(
  columns: PredictionColumns,
  { nameOf, named }: { nameOf: (row: PredictionRow) => string | undefined; named: readonly string[] },
): PredictionGroups {
  const { classes, thresholds } = columns;
  const carried = carriedColumns(columns.metadata).filter(({ name }) => name !== SITE_COUNT);
  const members = new Map<string, Members>();
  const varying = new Set<string>();
  let leftOut = 0;
  return {
    add(row) {
      const name = nameOf(row);
      if (name === undefined) {
        leftOut++;
        return;
      }
      const { metadata, model, spread } = row;
      const group = members.get(name) ?? { metadata, model, rows: [] };
      members.set(name, group);
      for (const { column, name: as } of carried) if (metadata[column] !== group.metadata[column]) varying.add(as);
      group.rows.push({
        probability: Float32Array.from(row.probability),
        bag: Float32Array.from(row.bag),
        novelty: row.novelty,
        spread,
      });
    },
    finish() {
      const kept = carried.filter(({ name }) => named.includes(name) || !varying.has(name));
      const groups = [...members.values()].map(({ metadata, model, rows }): PredictedGroup => {
        const heard = heardOf(rows, saysNothing);
        const novelties = heard.flatMap(({ novelty }) => novelty ?? []);
        const probability = medians(heard.map((row) => row.probability));
        return {
          metadata: Object.fromEntries(kept.map(({ column, name }) => [name, metadata[column] ?? ''])),
          sites: heard.length,
          predicted: joinedLabels(classesOfMedians(probability, thresholds).map((k) => classes[k]!)),
          probability,
          bag: medians(heard.map((row) => row.bag)),
          ...(novelties.length > 0 && { novelty: median(novelties) }),
          model,
          ...(columns.spread && { spread: median(heard.map((row) => row.spread!)) }),
        };
      });
      const names = kept.map(({ name }) => name);
      return { groups, layout: layOutGroups(names, { ...columns, channels: [] }), leftOut };
    },
  };
}

function medians(rows: readonly Float32Array[]): readonly number[] {
  return Array.from(rows[0]!, (_, k) => median(rows.map((row) => row[k]!)));
}

function layOutGroups(names: readonly string[], columns: PredictionColumns): TableLayout<PredictedGroup> {
  const outputs = layOutOutputs(columns);
  return {
    columns: [...columnsOf('text', names), ...columnsOf('integer', [SITE_COUNT]), ...outputs.columns],
    cells: (group) => [
      ...names.map((name) => group.metadata[name] ?? ''),
      group.sites,
      ...outputs.cells({ ...group, channelMeans: [] }),
    ],
  };
}

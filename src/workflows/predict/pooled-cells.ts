import { rowBuilder } from '../../evaluation/prediction-row.ts';
import type { PredictionColumns, PredictionRow } from '../../evaluation/prediction-table.ts';
import { thresholdsOf } from '../../network/model-file.ts';
import { createEnsembleBag, emptyForEnsemble, gatherForEnsemble, type Members } from '../../prediction/ensemble.ts';
import type { PooledCells } from '../../prediction/pool-cells.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import { wellKey } from '../../screen/well.ts';
import type { Host } from '../host.ts';
import type { Prediction } from './open-prediction.ts';

/** Gathers the cells of fields, and says what a model whose instances are cells says of each field. */
export interface PooledFields {
  /** Adds a cell; those of a field come one after the other. */
  readonly add: (cell: PredictionRow) => void;
  /** Rows of fields, in the order of the screen. */
  readonly rows: (fields: readonly Field[]) => Promise<PooledRows>;
}

export interface PooledRows {
  /** Each field by its own cells. */
  readonly fields: readonly PredictionRow[];
  /** Each field by the cells of its bag: of its well, for a model that was trained on wells. */
  readonly bags: readonly PredictionRow[];
}

/** The columns of a table of fields of which cells were predicted. */
export function columnsOfFields({ columns, model }: Pick<Prediction, 'columns' | 'model'>): PredictionColumns {
  const { about } = model;
  return {
    ...columns,
    cells: false,
    channels: about.channels,
    thresholds: thresholdsOf(about),
    novelty: about.novelty !== undefined,
  };
}

/** Begins to gather cells. A field without any has the answer of {@link emptyBag}. */
export function poolFields(
  prediction: Pick<Prediction, 'members' | 'columns' | 'model'>,
  host: Pick<Host, 'pool'>,
): PooledFields {
  const { members, columns, model } = prediction;
  const { classes, thresholds } = columnsOfFields({ columns, model });
  const rowOf = rowBuilder({ classes, thresholds, model: model.hash });
  const bags = new Map<number, PooledCells & Pick<PredictionRow, 'channelMeans' | 'novelty'>>();
  let current: { readonly imageNumber: number; readonly cells: PredictionRow[] } | undefined;
  const close = () => {
    if (current) {
      const [{ channelMeans, novelty }] = current.cells as [PredictionRow];
      bags.set(current.imageNumber, { ...gatherForEnsemble(members, current.cells), channelMeans, novelty });
    }
    current = undefined;
  };
  return {
    add(cell) {
      if (current?.imageNumber !== cell.imageNumber) close();
      current ??= { imageNumber: cell.imageNumber, cells: [] };
      current.cells.push(cell);
    },
    async rows(fields) {
      close();
      const predict = await startPrediction(members, host);
      try {
        const rowsOf = async (bagOf: (field: Field) => PooledCells | undefined) => {
          const rows: PredictionRow[] = [];
          for (const field of fields) {
            const { channelMeans, novelty } = bags.get(field.imageNumber) ?? {};
            rows.push(rowOf({ field, prediction: await predict.of(bagOf(field)), channelMeans, novelty }));
          }
          return rows;
        };
        const own = await rowsOf(({ imageNumber }) => bags.get(imageNumber));
        if (model.about.bag !== 'well') return { fields: own, bags: own };
        const wells = poolWells(members, fields, bags);
        return { fields: own, bags: await rowsOf((field) => wells.get(wellKey(field))) };
      } finally {
        await predict.release();
      }
    },
  };
}

/** The cells of every well that has some. */
function poolWells(
  members: Members,
  fields: Screen['fields'],
  bags: ReadonlyMap<number, PooledCells>,
): ReadonlyMap<string, PooledCells> {
  const pooled = new Map<string, PooledCells[]>();
  for (const field of fields) {
    const bag = bags.get(field.imageNumber);
    if (bag) pooled.set(wellKey(field), [...(pooled.get(wellKey(field)) ?? []), bag]);
  }
  return new Map([...pooled].map(([well, of]) => [well, gatherForEnsemble(members, of)]));
}

async function startPrediction(members: Members, host: Pick<Host, 'pool'>) {
  const pool = host.pool({ workers: 1, threads: 1 });
  const ofBag = await createEnsembleBag(members, { pool });
  return {
    of: async (bag: PooledCells | undefined) => (bag ? ofBag(bag) : emptyForEnsemble(members)),
    release: () => pool.release(),
  };
}

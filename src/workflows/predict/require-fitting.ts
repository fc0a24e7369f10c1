import { MilscopeError, named } from '../../errors.ts';
import type { ModelDescription } from '../../network/model-file.ts';
import { AUTO_CELLS } from '../shared/training-cells.ts';
import type { PredictRequest } from './request.ts';

type Combined = Partial<Omit<PredictRequest, 'profile'>>;

/** Checks that options make sense together. @throws BadOption */
export function requireFitting({ cells, cellSize, nucleiChannel, diameter, by, treatment, cpa }: Combined): void {
  if (treatment !== undefined && !by?.includes('treatment')) {
    refuse('treatment', {
      problem: 'no treatments are predicted',
      remedy: `add ${named('by')} treatment, or leave ${named('treatment')} out`,
    });
  }
  for (const [option, given] of Object.entries({ nucleiChannel, diameter })) {
    if (given === undefined || cells === AUTO_CELLS) continue;
    refuse(option, { problem: 'no nuclei are looked for', remedy: `give ${named('cells')} auto, or leave it out` });
  }
  if (cells === undefined) {
    const problem = `this option needs ${named('cells')}`;
    if (cellSize !== undefined) refuse('cellSize', { problem, remedy: 'name a table of cells, or leave it out' });
    if (cpa) refuse('cpa', { problem, remedy: 'name a table of cells, which is what CellProfiler Analyst shows' });
  }
}

/** Checks that options fit the model. @throws BadOption */
export function requireFittingModel(
  asked: Combined,
  { instances, nuclei }: Pick<ModelDescription, 'instances' | 'nuclei'>,
): void {
  const { cells, by = [] } = asked;
  if (instances === 'foreground') {
    requireForeground(asked, nuclei);
    return;
  }
  if (cells !== undefined) refuseOfCells(asked);
  if (instances === 'cells') {
    if (cells !== undefined) return;
    refuse('cells', {
      problem: 'the instances of this model are cells, and nothing says where they are',
      remedy: `give ${named('cells')} auto${nuclei ? '' : ', or their table'}; ${named('by')} field gives a row for each field`,
    });
  }
  if (cells !== undefined && by.length > 0) {
    refuse('by', {
      problem:
        'the instances of this model are not cells, and it does not say what its answers for cells come to together',
      remedy: `leave ${named('by')} or ${named('cells')} out, or train with ${named('instances')} cells`,
    });
  }
  refuseByField(by);
}

function refuseByField(by: NonNullable<Combined['by']>): void {
  if (!by.includes('field')) return;
  refuse('by field', { problem: 'the table of predictions has a row for each field already', remedy: 'leave it out' });
}

/** Refuses what only whole fields have. */
function refuseOfCells({ tile }: Combined): void {
  if (tile === undefined) return;
  refuse('tile', {
    problem: 'this option applies to whole fields only',
    remedy: `leave ${named('tile')} or ${named('cells')} out`,
  });
}

/** Checks that options fit a model that predicts whole fields, of which it pools the positions that hold cells. */
function requireForeground(
  { cells, cellSize, tile, by = [], cpa }: Combined,
  nuclei: ModelDescription['nuclei'],
): void {
  if (cells === undefined) {
    refuse('cells', {
      problem: 'this model pools the positions that hold cells, and nothing says where the cells are',
      remedy: `give ${named('cells')} auto${nuclei ? '' : ', or their table'}`,
    });
  }
  const remedy = 'leave it out';
  if (tile !== undefined) {
    refuse('tile', { problem: 'a model that pools the positions that hold cells looks at fields as a whole', remedy });
  }
  const problem = 'this model predicts whole fields, of which it pools the positions that hold cells';
  if (cellSize !== undefined) refuse('cellSize', { problem, remedy });
  if (cpa) refuse('cpa', { problem, remedy });
  refuseByField(by);
}

function refuse(option: string, { problem, remedy }: { problem: string; remedy: string }): never {
  throw new MilscopeError('BadOption', { option, problem, remedy });
}

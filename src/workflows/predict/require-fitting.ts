import { MilscopeError, named } from '../../errors.ts';
import type { ModelDescription } from '../../network/model-file.ts';
import { AUTO_CELLS } from '../shared/training-cells.ts';
import type { PredictRequest } from './request.ts';

type Combined = Partial<Omit<PredictRequest, 'profile'>>;

/** Checks that options make sense together. @throws BadOption */
export function requireFitting({
  cells,
  cellSize,
  nucleiChannel,
  diameter,
  symmetries,
  tile,
  by,
  treatment,
  cpa,
}: Combined): void {
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
    return;
  }
  const forFields = { symmetries, tile };
  for (const [option, given] of Object.entries(forFields)) {
    if (given === undefined || given === false) continue;
    refuse(option, {
      problem: 'this option applies to whole fields only',
      remedy: `leave ${named(option)} or ${named('cells')} out`,
    });
  }
}

/** Checks that options fit the model. @throws BadOption */
export function requireFittingModel(
  { cells, by = [] }: Pick<Combined, 'cells' | 'by'>,
  { instances, nuclei }: Pick<ModelDescription, 'instances' | 'nuclei'>,
): void {
  if (instances === 'cells') {
    if (cells !== undefined) return;
    refuse('cells', {
      problem: 'the instances of this model are cells, and nothing says where they are',
      remedy: `give ${named('cells')} auto${nuclei ? '' : ', or their table'}; ${named('by')} field gives a row for each field`,
    });
  }
  if (cells !== undefined && by.length > 0) {
    refuse('by', {
      problem: 'this model has learnt from whole fields, and does not say what its answers for cells come to together',
      remedy: `leave ${named('by')} or ${named('cells')} out, or train with ${named('instances')} cells`,
    });
  }
  if (by.includes('field') && cells === undefined) {
    refuse('by field', {
      problem: 'the table of predictions has a row for each field already',
      remedy: 'leave it out',
    });
  }
}

function refuse(option: string, { problem, remedy }: { problem: string; remedy: string }): never {
  throw new MilscopeError('BadOption', { option, problem, remedy });
}

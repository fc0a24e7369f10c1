import { MilscopeError, named } from '../../errors.ts';
import type { PredictRequest } from './request.ts';

type Combined = Partial<Omit<PredictRequest, 'profile'>>;

/** Checks that options make sense together. @throws BadOption */
export function requireFitting({ cells, cellSize, symmetries, tile, by, treatment, cpa }: Combined): void {
  if (treatment !== undefined && !by?.includes('treatment')) {
    refuse('treatment', {
      problem: 'no treatments are predicted',
      remedy: `add ${named('by')} treatment, or leave ${named('treatment')} out`,
    });
  }
  if (cells === undefined) {
    const problem = `this option needs ${named('cells')}`;
    if (cellSize !== undefined) refuse('cellSize', { problem, remedy: 'name a table of cells, or leave it out' });
    if (cpa) refuse('cpa', { problem, remedy: 'name a table of cells, which is what CellProfiler Analyst shows' });
    return;
  }
  const forFields = { symmetries, by, tile };
  for (const [option, given] of Object.entries(forFields)) {
    if (given === undefined || given === false) continue;
    refuse(option, {
      problem: 'this option applies to whole fields only',
      remedy: `leave ${named(option)} or ${named('cells')} out`,
    });
  }
}

function refuse(option: string, { problem, remedy }: { problem: string; remedy: string }): never {
  throw new MilscopeError('BadOption', { option, problem, remedy });
}

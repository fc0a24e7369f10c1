import { MilscopeError } from '../errors.ts';
import type { Field, Screen } from './screen.ts';

/**
 * Lets a screen pass of which some field may be readable, once its channels have been chosen.
 *
 * @throws the first problem when every field has one, and DuplicateField when two fields name the same planes
 */
export function requireFields<Given extends Pick<Screen, 'source' | 'fields'>>(screen: Given): Given {
  const problems = screen.fields.map(({ sources }) => sources.find(({ problem }) => problem !== undefined)?.problem);
  if (problems[0] !== undefined && problems.every((problem) => problem !== undefined)) throw problems[0];
  refuseDuplicates(
    screen.fields.filter((_, i) => problems[i] === undefined),
    screen.source,
  );
  return screen;
}

function refuseDuplicates(fields: readonly Field[], source: string): void {
  const rows = new Map<string, number>();
  for (const { sources, row } of fields) {
    const key = JSON.stringify(sources.map(({ file, plane, series }) => [file, plane, series]));
    const before = rows.get(key);
    if (before !== undefined) {
      throw new MilscopeError('DuplicateField', {
        file: source,
        row,
        problem: `the same images are in row ${before} already`,
        found: sources[0]?.file,
        remedy: 'leave one of the rows out: a field in training and test alike makes every figure wrong',
      });
    }
    rows.set(key, row);
  }
}

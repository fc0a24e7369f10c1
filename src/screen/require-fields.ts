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
  // By the first file, which few fields share; a text of all planes of each would need much memory.
  const byFile = new Map<string, Field | Map<string, Field>>();
  for (const field of fields) {
    const file = field.sources[0]?.file ?? '';
    const known = byFile.get(file);
    if (known === undefined) {
      byFile.set(file, field);
      continue;
    }
    const byPlanes = known instanceof Map ? known : new Map([[planesOf(known), known]]);
    const before = byPlanes.get(planesOf(field));
    if (before !== undefined) {
      throw new MilscopeError('DuplicateField', {
        file: source,
        row: field.row,
        problem: `the same images are in row ${before.row} already`,
        found: field.sources[0]?.file,
        remedy: 'leave one of the rows out: a field in training and test alike makes every figure wrong',
      });
    }
    byFile.set(file, byPlanes.set(planesOf(field), field));
  }
}

function planesOf({ sources }: Field): string {
  return JSON.stringify(sources.map(({ file, plane, series }) => [file, plane, series]));
}

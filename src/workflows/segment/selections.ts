import { MilscopeError } from '../../errors.ts';
import { fileNames } from './file-names.ts';

/** Classes whose maps are drawn together. */
export interface Selection {
  /** `all`, or the name of its only class. */
  readonly name: string;
  /** Places among the classes of the model. */
  readonly classes: readonly number[];
  /** What its files are called. */
  readonly file: string;
}

/**
 * The maps that are asked for: `all` for one map of all classes together, `each` for one of every class, names for one of
 * each of these. Nothing is drawn twice.
 *
 * @param classes those of the model, in order
 * @throws BadOption when the model has no such class
 */
export function parseSelections(wanted: readonly string[], classes: readonly string[]): readonly Selection[] {
  const files = fileNames(classes, 'class', ['all']);
  const one = (place: number): Selection => ({ name: classes[place]!, classes: [place], file: files[place]! });
  const found = new Map<string, Selection>();
  for (const name of wanted) {
    const place = classes.findIndex((known) => known.toLowerCase() === name.toLowerCase());
    if (place >= 0) found.set(`class ${place}`, one(place));
    else if (name === 'all') found.set('all', { name: 'all', classes: classes.map((_, i) => i), file: 'all' });
    else if (name === 'each') for (const i of classes.keys()) found.set(`class ${i}`, one(i));
    else {
      throw new MilscopeError('BadOption', {
        option: `classes ${wanted.join(',')}`,
        problem: 'the model has no such class',
        found: name,
        expected: `all, each, or some of: ${classes.join(', ')}`,
      });
    }
  }
  return [...found.values()];
}

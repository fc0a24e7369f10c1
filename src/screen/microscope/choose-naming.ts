import { MilscopeError } from '../../errors.ts';
import type { ImageFolder, NamedPlane, Naming } from './naming.ts';
import { namings } from './namings.ts';
import { patternAdvice } from './suggestion/pattern-advice.ts';
import { unknownFolder } from './unknown-folder.ts';

/** Files that are images by their names. */
export function isImageName(path: string): boolean {
  return /\.(tiff?|png|stk)$/i.test(path);
}

/** The images of a folder as one naming reads them. */
export interface ReadNames {
  readonly naming: Naming;
  readonly planes: readonly NamedPlane[];
  /** Images whose names are otherwise. */
  readonly unknown: readonly string[];
}

/**
 * Finds out who named the images of a folder: the naming that knows most of them.
 *
 * @throws BadTable when none knows a single one, with examples of what is there, and when another naming knows some that
 *   it does not: fields of two microscopes are no one screen.
 */
export function chooseNaming({ folder, files }: ImageFolder): ReadNames {
  const images = files.filter(isImageName);
  const read = namings.map((naming) => {
    const parsed = images.map((path) => naming.parse(path, { folder }));
    const planes = parsed.filter((plane) => plane !== undefined && plane !== 'passed over');
    return { naming, planes, known: new Set(images.filter((_, i) => parsed[i] !== undefined)) };
  });
  const best = read.reduce((most, other) => (other.known.size > most.known.size ? other : most));
  if (best.planes.length === 0) throw unknownFolder(folder, { images, files, namings });
  const others = read.flatMap(({ naming, planes }) => {
    const other = planes.find(({ path }) => !best.known.has(path));
    return other === undefined ? [] : [`${other.path} of ${naming.name}`];
  });
  if (others.length > 0) {
    throw new MilscopeError('BadTable', {
      file: folder,
      problem: 'the images of the folder are named in several ways',
      found: [`${best.planes[0]!.path} of ${best.naming.name}`, ...others].join(' and '),
      expected: 'images of one microscope',
      remedy: `give the folder of one of them, or describe the names${patternAdvice(images)}`,
    });
  }
  return { naming: best.naming, planes: best.planes, unknown: images.filter((path) => !best.known.has(path)) };
}

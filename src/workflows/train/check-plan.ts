import { MilscopeError, named } from '../../errors.ts';
import { requireSide } from '../../screen/field-source.ts';
import type { ExaminedScreen } from './examine-screen.ts';
import type { TrainRequest } from './request.ts';

/** Accepts at least two classes. @throws BadLabel */
export function requireClasses(
  labels: ReadonlySet<string>,
  { screen, label }: Pick<TrainRequest, 'screen' | 'label'>,
): void {
  if (labels.size > 1) return;
  throw new MilscopeError('BadLabel', {
    file: screen,
    column: label,
    problem: 'there is nothing to tell apart',
    found: `one class, ${[...labels].join()}`,
    expected: 'at least two classes among the training fields',
    remedy: `name another column with ${named('label')}, or hold out less`,
  });
}

/** Accepts a crop, or the square around a cell, that the network sees something in. @throws BadOption */
export function requireShown(crop: number, { least, option }: { least: number; option: 'crop' | 'cellSize' }): void {
  if (crop >= least) return;
  throw new MilscopeError('BadOption', {
    option,
    problem: 'the network sees nothing in so small a square',
    found: `${crop} pixels`,
    expected: `at least ${least}`,
    remedy: `give a larger one, or let fields be enlarged with ${named('enlarge')}`,
  });
}

/** Accepts crops of the first epochs that are no larger than those of the others. @throws BadOption */
export function requireFirstCrop(firstCrop: number, { crop, least }: { crop: number; least: number }): void {
  if (least <= firstCrop && firstCrop <= crop) return;
  throw new MilscopeError('BadOption', {
    option: 'firstCrop',
    problem:
      firstCrop < least
        ? 'the network sees nothing in so small a square'
        : 'the crops of the first epochs are larger than those of the others',
    found: `${firstCrop} pixels`,
    expected: `${least} to ${crop}`,
    remedy: `leave ${named('firstCrop')} out, or give ${crop} for crops of one size throughout`,
  });
}

/** Accepts a crop, or the square around a cell, that the network sees something in and that fits into every field. */
export function requireSize(
  fields: readonly Pick<ExaminedScreen['readable'][number], 'field' | 'height' | 'width'>[],
  { crop, least, option }: { crop: number; least: number; option: 'crop' | 'cellSize' },
): void {
  for (const { field, ...size } of fields) requireSide(size, { field, leastSide: least });
  requireShown(crop, { least, option });
  const small = fields.find(({ height, width }) => Math.min(height, width) < crop);
  if (!small) return;
  throw new MilscopeError('TooSmall', {
    file: small.field.sources[0]?.file,
    problem: `the field is smaller than ${option === 'crop' ? 'a crop' : 'the square around a cell'}`,
    found: `${small.width} × ${small.height} pixels`,
    expected: `at least ${crop} × ${crop}`,
    remedy:
      crop === least
        ? `the network needs ${least} pixels a side: leave the field out, or give larger ones`
        : `give a smaller ${named(option)}, or leave the field out of the table`,
  });
}

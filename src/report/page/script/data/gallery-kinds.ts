import type { Gallery } from '../../document.ts';

const titles = { best: 'Best', 'least sure': 'Least sure', worst: 'Worst' } as const;
const SAME = 'Best and least sure';

/** Pictures of a class, and why they were chosen. */
export interface GalleryKind {
  readonly title: string;
  readonly entries: Gallery['entries'];
}

/** What is shown of a class: its pictures that pass by kind; the best and the least sure once, where they are the same few. */
export function galleryKinds(
  galleries: readonly Gallery[],
  passes: (field: number) => boolean,
): readonly GalleryKind[] {
  const of = (kind: Gallery['kind']) =>
    galleries
      .filter((gallery) => gallery.kind === kind)
      .flatMap(({ entries }) => entries.filter(({ field }) => passes(field)));
  const [best, least, worst] = (['best', 'least sure', 'worst'] as const).map(of);
  const fields = (entries: Gallery['entries']) => entries.map(({ field }) => field).toSorted((a, b) => a - b);
  const same = fields(best!).join() === fields(least!).join();
  const kinds = [
    { title: same ? SAME : titles.best, entries: best! },
    { title: titles['least sure'], entries: same ? [] : least! },
    { title: titles.worst, entries: worst! },
  ];
  return kinds.filter(({ entries }) => entries.length > 0);
}

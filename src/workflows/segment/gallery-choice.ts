import type { Field } from '../../screen/screen.ts';
import type { JudgedField, JudgeField } from './judged-fields.ts';
import type { Selection } from './selections.ts';

/** Which fields a selection shows, and why these, in a sentence. */
export interface ShownFields {
  readonly selection: Selection;
  readonly fields: readonly Field[];
  readonly why: string;
}

/**
 * Chooses the fields that are shown of every selection: of one class those surest of it; of all classes together the surest
 * right ones of each class. The choice does not depend on the order in which fields come.
 */
export interface GalleryChoice {
  /** Takes part with a field, by the probabilities of the classes. */
  readonly add: (field: Field, probability: ArrayLike<number>) => void;
  readonly chosen: () => readonly ShownFields[];
}

interface ChoiceOptions {
  /** Those of the screen, in their order. */
  readonly fields: readonly Field[];
  /** Names of the classes of the model. */
  readonly classes: readonly string[];
  /** Fields of each picture; of all classes together at least one for each class. */
  readonly rows: number;
  readonly judge: JudgeField;
}

/** Chooses the fields of one selection. */
interface Choice {
  readonly add: (field: Field, judged: JudgedField) => void;
  readonly chosen: () => Omit<ShownFields, 'selection'>;
}

export function chooseForGalleries(selections: readonly Selection[], options: ChoiceOptions): GalleryChoice {
  const places = new Map(options.fields.map((field, place) => [field, place]));
  const known = { ...options, places };
  const choices = selections.map(({ classes }) =>
    classes.length > 1 ? fieldsOfAll(known) : surestFields(classes[0]!, known),
  );
  return {
    add(field, probability) {
      if (options.rows === 0) return;
      const judged = options.judge(field, probability);
      for (const choice of choices) choice.add(field, judged);
    },
    chosen: () => selections.map((selection, i) => ({ selection, ...choices[i]!.chosen() })),
  };
}

type KnownOptions = ChoiceOptions & { readonly places: ReadonlyMap<Field, number> };

/** How well a field shows a class: lower ranks come first, then surer ones, then the first of the screen. */
interface Candidate {
  readonly field: Field;
  readonly rank: number;
  readonly sure: number;
}

function createOrder(places: KnownOptions['places']) {
  return (a: Candidate, b: Candidate) =>
    a.rank - b.rank || b.sure - a.sure || places.get(a.field)! - places.get(b.field)!;
}

/** The fields that are surest of a class. */
function surestFields(place: number, { classes, rows, places }: KnownOptions): Choice {
  const order = createOrder(places);
  const best: Candidate[] = [];
  return {
    add(field, { probability }) {
      best.push({ field, rank: 0, sure: probability[place]! });
      best.sort(order).splice(rows);
    },
    chosen: () => ({
      fields: best.map(({ field }) => field),
      why: `Shown are the fields in which the model is surest of ${classes[place]}.`,
    }),
  };
}

/** Ranks: the class is predicted rightly (or nothing is known); it is overlooked; it is predicted wrongly. */
const [RIGHT, OVERLOOKED, WRONG] = [0, 1, 2];

/** The best field of every class, then a second one of every class and so on; those of a class one after the other. */
function fieldsOfAll({ classes, rows, places }: KnownOptions): Choice {
  const order = createOrder(places);
  const byClass = classes.map((): Candidate[] => []);
  let labelled = false;
  let unlabelled = false;
  return {
    add(field, { probability, predicted, truth }) {
      labelled ||= truth !== undefined;
      unlabelled ||= truth === undefined;
      for (const [k, kept] of byClass.entries()) {
        const isTrue = truth?.includes(classes[k]!) ?? true;
        const isPredicted = predicted.includes(k);
        if (!isPredicted && (truth === undefined || !isTrue)) continue;
        const rank = isPredicted ? (isTrue ? RIGHT : WRONG) : OVERLOOKED;
        kept.push({ field, rank, sure: probability[k]! });
        kept.sort(order).splice(rows);
      }
    },
    chosen() {
      // Where a class has no right field one other stands for it.
      const turns = Array.from({ length: rows }, (_, turn) =>
        byClass.map((kept) => (turn === 0 || kept[turn]?.rank === RIGHT ? kept[turn] : undefined)),
      );
      const most = Math.max(rows, classes.length);
      const taken = new Set<Candidate>(
        turns
          .flat()
          .filter((one) => one !== undefined)
          .slice(0, most),
      );
      const fields = byClass.flatMap((kept) => kept.filter((one) => taken.has(one)).map(({ field }) => field));
      return { fields: [...new Set(fields)], why: whyAll(byClass, { labelled, unlabelled }) };
    },
  };
}

function whyAll(
  byClass: readonly (readonly Candidate[])[],
  { labelled, unlabelled }: { labelled: boolean; unlabelled: boolean },
): string {
  if (!labelled) return 'Shown are, for each class, the fields in which the model is surest of it.';
  const others = byClass.some((kept) => kept.length > 0 && kept[0]!.rank !== RIGHT);
  const instead = others ? ' A class without a right field has another one.' : '';
  const without = unlabelled ? ', or that have no label' : '';
  return `Shown are, for each class, the surest of the fields that the model gets right${without}.${instead}`;
}

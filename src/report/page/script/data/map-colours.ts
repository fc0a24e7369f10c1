import { columnTitle } from '../words.ts';
import { manyColours, scaleColour, type Theme } from './colours.ts';
import { columnOf, countedThings, type FieldTable, isText, numberColumn, textColumn } from './field-table.ts';

/** A way to colour the fields of a map. */
export interface MapColouring {
  readonly key: string;
  readonly name: string;
  /** CSS colour of a row. */
  readonly colourOf: (row: number, look: MapLook) => string;
  /** What the colours mean: classes, two words, names of many things, or a scale. */
  readonly legend:
    | { readonly kind: 'classes' }
    | { readonly kind: 'right' }
    | { readonly kind: 'many'; readonly things: number }
    | { readonly kind: 'scale'; readonly low: number; readonly high: number };
}

export interface MapLook {
  readonly theme: Theme;
  readonly classColour: (index: number) => string;
}

/** Colour of what is not known. */
const UNKNOWN = '#8a8f94';

/** Colours of fields that are predicted right and wrong. */
export const RIGHT_AND_WRONG = { right: '#8aa4bd', wrong: '#e8590c' } as const;

/** Every colouring that the table has something for. */
export function mapColourings(table: FieldTable): readonly MapColouring[] {
  const classes = (key: string, name: string, of: (row: number) => readonly number[]): MapColouring => ({
    key,
    name,
    legend: { kind: 'classes' },
    colourOf: (row, { classColour }) => (of(row).length === 0 ? UNKNOWN : classColour(of(row)[0]!)),
  });
  const many = (role: 'plate' | 'treatment' | 'compound' | 'batch'): MapColouring[] => {
    const column = textColumn(table, role);
    if (column === undefined || column.texts.length < 2) return [];
    const colours = column.texts.map((_, i) => manyColours(i));
    const legend = { kind: 'many', things: column.texts.length } as const;
    return [
      { key: role, name: columnTitle(column.name), legend, colourOf: (row) => colours[column.places[row]!] ?? UNKNOWN },
    ];
  };
  return [
    ...(table.hasTruth ? [classes('truth', 'Truth', table.truth)] : []),
    ...(table.hasPrediction ? [classes('predicted', 'Prediction', table.predicted)] : []),
    ...(table.hasTruth && table.hasPrediction ? [rightOrWrong(table)] : []),
    ...(['plate', 'batch', 'treatment', 'compound'] as const).flatMap(many),
    ...(table.hasPrediction ? [scaled('confidence', 'Confidence', table.confidence)] : []),
    ...(['novelty', 'cells'] as const).flatMap((role) => {
      const column = numberColumn(table, role);
      return column === undefined
        ? []
        : [scaled(role, role === 'novelty' ? 'Novelty' : countedThings(table), column.numbers)];
    }),
  ];
}

function rightOrWrong(table: FieldTable): MapColouring {
  return {
    key: 'right',
    name: 'Right or wrong',
    legend: { kind: 'right' },
    colourOf(row) {
      const truth = table.truth(row);
      if (truth.length === 0) return UNKNOWN;
      return truth.join() === table.predicted(row).join() ? RIGHT_AND_WRONG.right : RIGHT_AND_WRONG.wrong;
    },
  };
}

function scaled(key: string, name: string, values: ArrayLike<number>): MapColouring {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return {
    key,
    name,
    legend: { kind: 'scale', low, high },
    colourOf: (row, { theme }) =>
      Number.isNaN(values[row]!) ? UNKNOWN : scaleColour('viridis', (values[row]! - low) / (high - low || 1), theme),
  };
}

/** Whether a table has the coordinates of a map. */
export function mapCoordinates(table: FieldTable): { x: ArrayLike<number>; y: ArrayLike<number> } | undefined {
  const [x, y] = (['mapX', 'mapY'] as const).map((role) => columnOf(table, role));
  if (x === undefined || y === undefined || isText(x) || isText(y)) return undefined;
  return { x: x.numbers, y: y.numbers };
}

import type { Config } from 'vega-lite';
import { CLASS_COLOURS, classColours } from '../../pixels/class-colours.ts';

/** Where the colours begin again, lines are dashed otherwise. */
const dashes = [
  [1, 0],
  [6, 3],
  [2, 2],
  [9, 3, 2, 3],
] as const;

const shapes = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down'] as const;

/** Text that is no main matter. */
export const GREY = '#666666';

/** A sans serif of any machine; the first ones are of like width. */
export const FONT = 'Arial, Helvetica, "Liberation Sans", "DejaVu Sans", sans-serif';

/** The one look of all plots: white, few lines, text that can be read at a width of 800 pixels. */
export const THEME: Config = {
  background: 'white',
  font: FONT,
  padding: 12,
  view: { stroke: null },
  title: { anchor: 'start', fontSize: 16, fontWeight: 600, subtitleFontSize: 13, subtitleColor: GREY, offset: 14 },
  axis: {
    labelFontSize: 12,
    titleFontSize: 13,
    titleFontWeight: 'normal',
    titlePadding: 8,
    labelFlush: false,
    labelLimit: 0,
    domainColor: '#888888',
    tickColor: '#888888',
    gridColor: '#e6e6e6',
    labelColor: '#222222',
    titleColor: '#222222',
  },
  legend: {
    labelFontSize: 12,
    titleFontSize: 13,
    titleFontWeight: 'normal',
    labelLimit: 0,
    titleLimit: 0,
    symbolSize: 120,
    symbolStrokeWidth: 2,
    rowPadding: 5,
    offset: 16,
  },
  header: { labelFontSize: 13, labelFontWeight: 600, labelLimit: 0, titleFontSize: 13, labelPadding: 8 },
  line: { strokeWidth: 2 },
};

/** How the things of a plot are told apart: for each a colour, and a dash or shape where the colours do not suffice. */
export interface Look {
  readonly colour: string;
  readonly dash: readonly number[];
  readonly shape: string;
}

/** A look for each of a number of things, in their order. */
export function looks(count: number): readonly Look[] {
  return classColours(count).map(({ onLight }, i) => ({
    colour: onLight,
    dash: dashes[Math.floor(i / CLASS_COLOURS) % dashes.length]!,
    shape: shapes[i % shapes.length]!,
  }));
}

/** The dash of the i-th of things that share a colour. */
export function dashOf(i: number): readonly number[] {
  return dashes[i % dashes.length]!;
}

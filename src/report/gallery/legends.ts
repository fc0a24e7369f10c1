import { classColour } from '../../pixels/class-colours.ts';
import { type Colour, cssColour } from '../../pixels/palette.ts';
import { legendSvg, textSvg } from './drawing.ts';
import type { Scale } from './tiles.ts';

/** Heights (pixels). */
const LINE = 20;
const BAR = 14;

interface LegendOptions extends Scale {
  readonly top: number;
  readonly leftOf: (column: number) => number;
  readonly columnWidth: number;
  /** Channels and their colours. */
  readonly names: readonly string[];
  readonly colours: readonly Colour[];
  readonly classes: readonly string[];
  /** Under which column the classes stand. */
  readonly maskColumn: number;
}

/** What the colours mean, under the columns: channels, the scale of the maps with its numbers, classes. */
export function legendsSvg(options: LegendOptions): { readonly svg: string; readonly bottom: number } {
  const { top, leftOf, columnWidth, names, colours, classes } = options;
  const place = (column: number) => ({ x: leftOf(column), y: top + BAR, widest: columnWidth, lineHeight: LINE });
  const channels = legendSvg(
    names.map((name, i) => ({ name, colour: cssColour(colours[i]!) })),
    place(0),
  );
  const ofClasses = legendSvg(
    classes.map((name, i) => ({ name, colour: cssColour(classColour(i)) })),
    place(options.maskColumn),
  );
  const lines = Math.max(2, channels.lines, ofClasses.lines);
  return { svg: channels.svg + scaleSvg(options) + ofClasses.svg, bottom: top + lines * LINE };
}

function scaleSvg({ top, leftOf, columnWidth, scale, least, most }: LegendOptions): string {
  const left = leftOf(1);
  const stops = scale
    .filter((_, i) => i % 15 === 0)
    .map((colour, i) => `<stop offset="${(15 * i) / 255}" stop-color="${cssColour(colour)}"/>`);
  const ticks = [0, 0.5, 1].map((share) =>
    textSvg({
      x: left + share * columnWidth,
      y: top + BAR + 16,
      text: numberText(least + share * (most - least)),
      size: 12,
      anchor: share === 0 ? 'start' : share === 1 ? 'end' : 'middle',
    }),
  );
  return [
    `<linearGradient id="scale">${stops.join('')}</linearGradient>`,
    `<rect x="${left}" y="${top}" width="${columnWidth}" height="${BAR}" fill="url(#scale)"/>`,
    ...ticks,
  ].join('');
}

/** With three digits, without a tail of zeros. */
function numberText(value: number): string {
  const text = value.toPrecision(3);
  return text.includes('e') ? text : String(Number(text));
}

import { type Command, InvalidArgumentError } from 'commander';
import type { ThresholdChoice } from '../localization/threshold/threshold.ts';
import { numberBetween, oneOf, wholeNumber } from './options.ts';

/** How masks are made of maps. */
export const RECIPES = ['guided', 'plain'] as const;

/** The options that say how maps become masks, and masks regions. */
export interface SegmentationOptions {
  readonly recipe: (typeof RECIPES)[number];
  /** Of the plain recipe; the guided one finds its own. */
  readonly threshold?: ThresholdChoice;
  /** Of the guided recipe. */
  readonly edge?: number;
  readonly coupling: number;
  readonly iterations: number;
  readonly leastArea: number;
  readonly largestHole: number;
  readonly clearBorder: boolean;
  readonly split: boolean;
  readonly diameter?: number;
}

/** Adds them to a command. */
export function addSegmentationOptions(command: Command): Command {
  const share = numberBetween({ least: 0, most: 1 });
  const area = numberBetween({ least: 0, most: Number.MAX_SAFE_INTEGER });
  return command
    .option('--recipe <name>', `how a map becomes a mask: ${RECIPES.join(', ')}`, oneOf(RECIPES), 'guided')
    .option(
      '--threshold <how>',
      '--recipe plain: of the square root of the map: otsu, otsu-3 (the middle class is foreground), quantile=SHARE or value=NUMBER (default: otsu)',
      (text: string): ThresholdChoice => {
        if (text === 'otsu') return { kind: 'otsu' };
        if (text === 'otsu-3') return { kind: 'otsu-3', middle: 'foreground' };
        const [kind, number] = text.split('=', 2) as [string, string?];
        if (kind === 'quantile' && number !== undefined) return { kind, share: share(number) };
        if (kind === 'value' && number !== undefined && number.trim() !== '' && Number.isFinite(Number(number))) {
          return { kind, value: Number(number) };
        }
        throw new InvalidArgumentError('Expected otsu, otsu-3, quantile=SHARE or value=NUMBER.');
      },
    )
    .option(
      '--edge <share>',
      '--recipe guided: where between background (0) and foreground (1) cells end; 0.5 is half way (default: found in every field)',
      share,
    )
    .option(
      '--coupling <j>',
      'how strongly neighbouring pixels hold together in belief propagation; 0 leaves it out',
      numberBetween({ least: 0, most: 50 }),
      2,
    )
    .option('--iterations <n>', 'sweeps of belief propagation at most', wholeNumber({ least: 1, most: 10_000 }), 100)
    .option('--least-area <pixels>', 'leave smaller regions out', area, 20)
    .option('--largest-hole <pixels>', 'fill holes of at most this area', area, 100)
    .option('--clear-border', 'leave out regions that reach the border of the field', false)
    .option('--split', 'divide touching cells by the distance to the background', false)
    .option(
      '--diameter <pixels>',
      'diameter of a typical cell, for --split (default: estimated in every field)',
      numberBetween({ least: 2, most: 10_000 }),
    );
}

import type { Random } from '../../random.ts';
import { drawCount } from './outline.ts';
import { addPoint, addSpot, type Canvas } from './strokes.ts';

/** Mean numbers in 512 × 512 pixels. */
const rates = { specks: 2.5, dust: 0.8, fibres: 0.12 };

/**
 * Adds what lies in a well besides cells, to all channels (one canvas each): bright specks, dust out of focus, and
 * lint, which glows in one channel more than in the others.
 */
export function addDebris(random: Random, canvases: readonly Canvas[]): void {
  const { width, height } = canvases[0]!;
  const area = (width * height) / 512 ** 2;
  const brightness = (peak: number): number[] => canvases.map(() => peak * Math.exp(0.7 * random.normal()));
  const spot = (sigma: number, peak: number): void => {
    const place = { x: width * random.uniform(), y: height * random.uniform(), sigma };
    const amounts = brightness(peak);
    canvases.forEach((canvas, channel) => {
      addSpot(canvas, { ...place, amount: amounts[channel]! });
    });
  };
  for (let n = drawCount(random, rates.specks * area); n > 0; n--) spot(0.7 + 0.9 * random.uniform(), 500);
  for (let n = drawCount(random, rates.dust * area); n > 0; n--) spot(4 + 6 * random.uniform(), 90);
  for (let n = drawCount(random, rates.fibres * area); n > 0; n--) {
    const amounts = brightness(160);
    let x = width * random.uniform();
    let y = height * random.uniform();
    let heading = 2 * Math.PI * random.uniform();
    const bend = 0.012 * random.normal();
    const length = 60 + 160 * random.uniform();
    for (let step = 0; step < length; step += 0.7) {
      canvases.forEach((canvas, channel) => {
        addPoint(canvas, x, y, amounts[channel]!);
        addPoint(canvas, x + 1, y, amounts[channel]!);
      });
      heading += bend + 0.02 * random.normal();
      x += 0.7 * Math.cos(heading);
      y += 0.7 * Math.sin(heading);
    }
  }
}

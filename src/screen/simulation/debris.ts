import type { Random } from '../../random.ts';
import { drawCount } from './outline.ts';
import { addPoint, addSpot, type Canvas } from './strokes.ts';

/** Mean numbers in 512 × 512 pixels, unless more is asked for. */
const rates = { specks: 2.5, dust: 0.8, fibres: 0.12 };
/** Shares of the debris that is asked for; the rest are clumps. */
const shares = { specks: 0.4, fibres: 0.3 };
/** Spread of the logarithm of the brightness of a piece, from channel to channel. */
const spread = 0.7;

/**
 * Adds what lies in any well besides cells, to all channels (one canvas each): bright specks, dust out of focus, and
 * rarely lint, which glows in one channel more than in the others.
 */
export function addRareDebris(random: Random, canvases: readonly Canvas[]): void {
  const { width, height } = canvases[0]!;
  const area = (width * height) / 512 ** 2;
  for (let n = drawCount(random, rates.specks * area); n > 0; n--) {
    addSpeck(random, canvases, { sigma: 0.7 + 0.9 * random.uniform(), peak: 500 });
  }
  for (let n = drawCount(random, rates.dust * area); n > 0; n--) {
    addSpeck(random, canvases, { sigma: 4 + 6 * random.uniform(), peak: 90 });
  }
  for (let n = drawCount(random, rates.fibres * area); n > 0; n--)
    addFibre(random, canvases, { peak: 160, strands: 2, curl: 0.012 });
}

/** Adds `mean` pieces of debris on average, as bright as cells or brighter: specks, fibres, clumps of precipitate. */
export function addDebris(random: Random, canvases: readonly Canvas[], mean: number): void {
  for (let n = drawPieces(random, mean); n > 0; n--) {
    const kind = random.uniform();
    if (kind < shares.specks) addSpeck(random, canvases, { sigma: 0.8 + 1.7 * random.uniform(), peak: 500 });
    else if (kind < shares.specks + shares.fibres) {
      addFibre(random, canvases, { peak: 130, strands: 2 + random.integer(3), curl: 0.006 });
    } else addClump(random, canvases);
  }
}

/** A whole number with mean `mean`: a sum of small ones, since those are what {@link drawCount} is for. */
function drawPieces(random: Random, mean: number): number {
  let count = 0;
  for (let left = mean; left > 0; left -= 10) count += drawCount(random, Math.min(10, left));
  return count;
}

function drawBrightness(random: Random, canvases: readonly Canvas[], peak: number): number[] {
  return canvases.map(() => peak * Math.exp(spread * random.normal()));
}

function addSpeck(random: Random, canvases: readonly Canvas[], { sigma, peak }: { sigma: number; peak: number }): void {
  const { width, height } = canvases[0]!;
  const place = { x: width * random.uniform(), y: height * random.uniform(), sigma };
  const amounts = drawBrightness(random, canvases, peak);
  canvases.forEach((canvas, channel) => {
    addSpot(canvas, { ...place, amount: amounts[channel]! });
  });
}

/** Some grains that stick together, about as large as a nucleus. */
function addClump(random: Random, canvases: readonly Canvas[]): void {
  const { width, height } = canvases[0]!;
  const x = width * random.uniform();
  const y = height * random.uniform();
  const amounts = drawBrightness(random, canvases, 220);
  for (let n = 4 + random.integer(7); n > 0; n--) {
    const grain = {
      x: x + 5 * random.normal(),
      y: y + 5 * random.normal(),
      sigma: 1.2 + 1.8 * random.uniform(),
    };
    canvases.forEach((canvas, channel) => {
      addSpot(canvas, { ...grain, amount: amounts[channel]! });
    });
  }
}

/** A thread of one to four strands, each a pixel wide, that bends by some `curl` (radians) every 0.7 pixels. */
function addFibre(
  random: Random,
  canvases: readonly Canvas[],
  { peak, strands, curl }: { peak: number; strands: number; curl: number },
): void {
  const { width, height } = canvases[0]!;
  const amounts = drawBrightness(random, canvases, peak);
  let x = width * random.uniform();
  let y = height * random.uniform();
  let heading = 2 * Math.PI * random.uniform();
  const bend = curl * random.normal();
  const length = 60 + 160 * random.uniform();
  for (let step = 0; step < length; step += 0.7) {
    canvases.forEach((canvas, channel) => {
      for (let n = 0; n < strands; n++) addPoint(canvas, x + (n % 2), y + Math.floor(n / 2), amounts[channel]!);
    });
    heading += bend + 0.02 * random.normal();
    x += 0.7 * Math.cos(heading);
    y += 0.7 * Math.sin(heading);
  }
}

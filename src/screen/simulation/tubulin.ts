import type { Random } from '../../random.ts';
import { blend, thickness } from './blend.ts';
import type { PlacedCell } from './cell.ts';
import { reach } from './outline.ts';
import { addLine, addPoint, addSpot, type Canvas, createCanvas } from './strokes.ts';
import { type Territory, valueAt } from './territory.ts';
import { drawTexture } from './texture.ts';

/** Paints the tubulin of a cell in its box in the form its phenotype has: light that sums to 1. */
export function paintTubulin(random: Random, cell: PlacedCell, territory: Territory): Float32Array {
  const { width, height, core } = territory;
  const grain = drawTexture(random, { width, height, grain: 4 });
  const pool = thickness(territory);
  const hole = cell.form.tubulin === 'spindle' ? 0 : 0.5;
  for (let i = 0; i < pool.length; i++) {
    pool[i]! *= (1 + 0.25 * grain[i]!) * (1 - hole * Math.min(1, Math.max(0, 3 * (1.1 - core[i]!))));
  }
  if (cell.form.tubulin === 'diffuse') return blend(territory, [[pool, 1]]);
  const canvas = createCanvas(width, height);
  const [paint, share] = forms[cell.form.tubulin];
  paint(random, cell, territory, canvas);
  return blend(territory, [
    [pool, 1 - share],
    [canvas.light, share],
  ]);
}

type Paint = (random: Random, cell: PlacedCell, territory: Territory, canvas: Canvas) => void;

/** Microtubules that leave the centrosome and the envelope of the nucleus and run outwards, bending a little. */
const radial: Paint = (random, cell, territory, canvas) => {
  const center = { x: cell.x - territory.left + cell.nucleus.x, y: cell.y - territory.top + cell.nucleus.y };
  const side = 2 * Math.PI * random.uniform();
  const centrosome = {
    x: center.x + 0.95 * cell.nucleus.radius * Math.cos(side),
    y: center.y + 0.95 * cell.nucleus.radius * Math.sin(side),
  };
  addSpot(canvas, { ...centrosome, sigma: 1.3, amount: 1.6 });
  const filaments = Math.round(26 + 0.5 * cell.radius);
  for (let n = 0; n < filaments; n++) {
    const fromCentrosome = random.uniform() < 0.45;
    let heading = 2 * Math.PI * random.uniform();
    let { x, y } = centrosome;
    if (!fromCentrosome) {
      x = center.x + 0.9 * cell.nucleus.radius * Math.cos(heading);
      y = center.y + 0.9 * cell.nucleus.radius * Math.sin(heading);
      heading += 0.6 * random.normal();
    }
    const bend = 0.035 * random.normal();
    const weight = 0.5 + random.uniform();
    for (let step = 0; step < 3 * cell.extent; step++) {
      if (valueAt(territory, territory.edge, x, y) >= 0.97) break;
      addPoint(canvas, x, y, valueAt(territory, territory.core, x, y) < 1 ? 0.35 * weight : weight);
      heading += bend + 0.07 * random.normal();
      x += Math.cos(heading);
      y += Math.sin(heading);
    }
  }
};

/** A few thick, wavy bundles that curl around the nucleus, as under a drug that stabilises microtubules. */
const bundles: Paint = (random, cell, territory, canvas) => {
  const x0 = cell.x - territory.left;
  const y0 = cell.y - territory.top;
  const count = 4 + random.integer(3);
  const first = 2 * Math.PI * random.uniform();
  for (let n = 0; n < count; n++) {
    const level = 0.5 + 0.34 * random.uniform();
    const start = first + (2 * Math.PI * n) / count + 0.3 * random.normal();
    const span = (random.uniform() < 0.5 ? 1 : -1) * (0.9 + 1.1 * random.uniform());
    const drift = 0.16 * random.normal();
    const weight = 0.6 + 0.8 * random.uniform();
    const steps = Math.ceil(Math.abs(span) * cell.extent);
    for (let step = 0; step <= steps; step++) {
      const share = step / steps;
      const direction = start + span * share;
      const [cos, sin] = [Math.cos(direction), Math.sin(direction)];
      const wave = drift * (share - 0.5) + 0.04 * Math.sin(7 * share + start);
      const distance = reach(cell.outline, cos, sin) * (level + wave);
      const [x, y] = [x0 + distance * cos, y0 + distance * sin];
      if (valueAt(territory, territory.edge, x, y) >= 0.95) continue;
      addSpot(canvas, { x, y, sigma: 1.05, amount: weight * (1 - 0.6 * Math.abs(2 * share - 1) ** 3) });
    }
  }
};

/** The mitotic spindle: two poles, and fibres from each to the plate of chromosomes. */
const spindle: Paint = (random, cell, { left, top }, canvas) => {
  const x0 = cell.x - left;
  const y0 = cell.y - top;
  const [cos, sin] = [Math.cos(cell.angle), Math.sin(cell.angle)];
  for (const side of [-1, 1]) {
    const pole: [number, number] = [x0 + side * 0.55 * cell.radius * cos, y0 + side * 0.55 * cell.radius * sin];
    addSpot(canvas, { x: pole[0], y: pole[1], sigma: 1.2, amount: 2 });
    for (let n = 0; n < 12; n++) {
      const across = 0.85 * cell.nucleus.radius * (2 * random.uniform() - 1);
      addLine(canvas, { from: pole, to: [x0 - across * sin, y0 + across * cos], amount: 1 });
    }
  }
};

const forms = {
  radial: [radial, 0.66],
  bundles: [bundles, 0.72],
  spindle: [spindle, 0.5],
} as const satisfies Record<string, readonly [Paint, number]>;

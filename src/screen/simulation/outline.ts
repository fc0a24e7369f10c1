import type { Random } from '../../random.ts';

const directions = 128;

/** A closed curve around the origin: its distance (pixels) in evenly spaced directions, from 0 counterclockwise. */
export type Outline = Float32Array;

/** Draws an outline that encloses about the area of a disc of `radius` pixels. Its long axis points to `angle`. */
export function drawOutline(
  random: Random,
  {
    radius,
    aspect,
    angle,
    roughness,
    protrusions = 0,
  }: { radius: number; aspect: number; angle: number; roughness: number; protrusions?: number },
): Outline {
  const outline = new Float32Array(directions);
  const waves = [2, 3, 4, 5, 6, 7].map((order) => ({
    order,
    phase: 2 * Math.PI * random.uniform(),
    height: (roughness * random.normal()) / Math.sqrt(order - 1),
  }));
  const spikes = Array.from({ length: drawCount(random, protrusions) }, () => ({
    direction: 2 * Math.PI * random.uniform(),
    width: 0.14 + 0.16 * random.uniform(),
    height: 0.2 + 0.35 * random.uniform(),
  }));
  for (let i = 0; i < directions; i++) {
    const theta = (2 * Math.PI * i) / directions;
    let height = 1;
    for (const wave of waves) height += wave.height * Math.cos(wave.order * theta + wave.phase);
    for (const spike of spikes) {
      const away = turn(theta - spike.direction) / spike.width;
      height += spike.height * Math.exp(-0.5 * away * away);
    }
    const along = Math.cos(theta - angle);
    const across = Math.sin(theta - angle);
    const ellipse = radius / Math.sqrt((along * along) / aspect + across * across * aspect);
    outline[i] = ellipse * Math.max(0.3, height);
  }
  return outline;
}

/** Distance of the outline (pixels) in the direction (`dx`, `dy`). */
export function reach(outline: Outline, dx: number, dy: number): number {
  const place = (Math.atan2(dy, dx) / (2 * Math.PI) + 1) * directions;
  const before = Math.floor(place);
  const share = place - before;
  return outline[before % directions]! * (1 - share) + outline[(before + 1) % directions]! * share;
}

/** The largest distance of the outline (pixels). */
export function extent(outline: Outline): number {
  return outline.reduce((most, distance) => Math.max(most, distance), 0);
}

/** The box around the outline, from the origin (pixels). */
export function bounds(outline: Outline): {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
} {
  const box = { left: 0, top: 0, right: 0, bottom: 0 };
  outline.forEach((distance, i) => {
    const theta = (2 * Math.PI * i) / directions;
    const x = distance * Math.cos(theta);
    const y = distance * Math.sin(theta);
    box.left = Math.min(box.left, x);
    box.top = Math.min(box.top, y);
    box.right = Math.max(box.right, x);
    box.bottom = Math.max(box.bottom, y);
  });
  return box;
}

/** A whole number with mean `mean`, by inverting the Poisson distribution; for small means. */
export function drawCount(random: Random, mean: number): number {
  let count = 0;
  for (let left = Math.exp(-mean), u = random.uniform(); u > left && count < 100; left *= mean / count) {
    u -= left;
    count++;
  }
  return count;
}

/** The same angle in -π … π. */
function turn(angle: number): number {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}

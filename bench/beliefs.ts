/**
 * Times belief propagation on a field: unary terms from Otsu's threshold, couplings plain or guided by the image. Prints
 * one JSON line for each coupling: seconds of a call, by the clock and of the processor, medians of several in a row after
 * one that warms up.
 *
 * Run: npx tsx bench/beliefs.ts [image] [--size 1080] [--noise 50] [--couplings 0.5,1,2] [--repeats 5]. Without an image the field is
 * one of discs in noise.
 */
import { parseArgs } from 'node:util';
import { readImage } from '../src/image/read.ts';
import { edgeCouplings } from '../src/localization/belief/edge-couplings.ts';
import { propagateBeliefs } from '../src/localization/belief/propagate-beliefs.ts';
import type { Plane } from '../src/localization/plane.ts';
import { thresholdOf } from '../src/localization/threshold/threshold.ts';
import { thresholdLogOdds } from '../src/localization/threshold/unary.ts';
import { createRandom } from '../src/random.ts';
import { nodeAccess } from '../src/screen/node/access.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', default: '1080' },
    noise: { type: 'string', default: '50' },
    couplings: { type: 'string', default: '0.5,1,2' },
    repeats: { type: 'string', default: '5' },
  },
});

/** Discs of 28 pixels, 100 counts brighter than their background, in noise. */
function discs(size: number): Plane {
  const random = createRandom(1, 'discs');
  const near = (x: number) => (x % 54) - 27;
  const data = Float32Array.from({ length: size * size }, (_, i) => {
    const light = Math.hypot(near(i % size), near(Math.floor(i / size))) < 14 ? 200 : 100;
    return light + Number(values.noise) * random.normal();
  });
  return { data, height: size, width: size };
}

async function firstChannel(path: string): Promise<Plane> {
  const { data, height, width } = await readImage(path, {}, nodeAccess);
  return { data: data.subarray(0, height * width), height, width };
}

function measure(work: () => unknown): { readonly seconds: number; readonly processorSeconds: number } {
  work();
  const median = (times: number[]) => times.sort((a, b) => a - b)[times.length >> 1]!;
  const runs = Array.from({ length: Number(values.repeats) }, () => {
    const [began, used] = [performance.now(), process.cpuUsage()];
    work();
    const { user, system } = process.cpuUsage(used);
    return { clock: (performance.now() - began) / 1e3, processor: (user + system) / 1e6 };
  });
  return {
    seconds: median(runs.map(({ clock }) => clock)),
    processorSeconds: median(runs.map(({ processor }) => processor)),
  };
}

const [path] = positionals;
const plane = path === undefined ? discs(Number(values.size)) : await firstChannel(path);
const { height, width } = plane;
const theta = thresholdLogOdds(plane, { threshold: thresholdOf(plane, { kind: 'otsu' }) });
for (const coupling of values.couplings.split(',').map(Number)) {
  for (const guided of [false, true]) {
    const field = { theta, height, width, coupling: guided ? edgeCouplings([plane], { coupling }) : coupling };
    const times = measure(() => propagateBeliefs(field));
    const { iterations, change, converged } = propagateBeliefs(field);
    const figures = { height, width, coupling, guided, ...times, iterations, change, converged };
    process.stdout.write(`${JSON.stringify(figures)}\n`);
  }
}
const guide = measure(() => edgeCouplings([plane], { coupling: 1 }));
process.stdout.write(`${JSON.stringify({ height, width, work: 'edgeCouplings', ...guide })}\n`);

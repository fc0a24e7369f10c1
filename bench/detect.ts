/**
 * Measures `detectNuclei` against hand-drawn masks: a table with `ObjectsFileName_Nuclei` and, for each part reported,
 * `Metadata_Split` (such as the fluorescence images of the 2018 Data Science Bowl). Nuclei are matched where their
 * intersection is at least half of their union. Prints one JSON line for each part.
 *
 * Run: npx tsx bench/detect.ts <fields.csv> [--channel DNA] [--split train,val]
 */
import { parseArgs } from 'node:util';
import { readImage } from '../src/image/read.ts';
import { type DetectedNuclei, detectNuclei } from '../src/localization/nuclei/nuclei.ts';
import { selectChannel } from '../src/screen/channels/select-channel.ts';
import { nodeAccess } from '../src/screen/node/access.ts';
import { readField } from '../src/screen/read-field.ts';
import { readScreen } from '../src/screen/read-screen.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    channel: { type: 'string', default: 'DNA' },
    split: { type: 'string', default: 'train,val' },
  },
});
const [table] = positionals;
if (table === undefined) throw new Error('which table? npx tsx bench/detect.ts <fields.csv>');
const screen = selectChannel(await readScreen(table, {}, nodeAccess), values.channel);

/** What came of one field. */
function compare({ labels, width, nuclei }: DetectedNuclei, truth: ArrayLike<number>) {
  const areas = new Map<number, number>();
  const overlaps = new Map<string, number>();
  const count = <K>(map: Map<K, number>, key: K) => map.set(key, (map.get(key) ?? 0) + 1);
  labels.forEach((label, pixel) => {
    const drawn = truth[pixel]!;
    if (drawn === 0) return;
    count(areas, drawn);
    if (label > 0) count(overlaps, `${drawn} ${label}`);
  });
  const matched = [...overlaps].filter(([key, overlap]) => {
    const [drawn, label] = key.split(' ').map(Number) as [number, number];
    return overlap >= 0.5 * (areas.get(drawn)! + nuclei[label - 1]!.area - overlap);
  }).length;
  const centres = new Map<number, number>();
  for (const { x, y } of nuclei) count(centres, truth[Math.round(y) * width + Math.round(x)]!);
  const once = [...centres].filter(([drawn, times]) => drawn > 0 && times === 1).length;
  return { drawn: areas.size, detected: nuclei.length, matched, once };
}

for (const split of values.split.split(',')) {
  const total = { drawn: 0, detected: 0, matched: 0, once: 0 };
  const perField: number[] = [];
  let [seconds, pixels] = [0, 0];
  for (const field of screen.fields.filter(({ metadata }) => metadata.Metadata_Split === split)) {
    const plane = await readField(screen, field, nodeAccess);
    const truth = (await readImage(field.objects!.Nuclei!, {}, nodeAccess)).data;
    const began = performance.now();
    const found = detectNuclei(plane);
    seconds += (performance.now() - began) / 1000;
    pixels += plane.data.length;
    const one = compare(found, truth);
    for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += one[key];
    if (one.drawn + one.detected > 0) perField.push((2 * one.matched) / (one.drawn + one.detected));
  }
  perField.sort((a, b) => a - b);
  const figures = {
    split,
    fields: perField.length,
    ...total,
    f1: (2 * total.matched) / (total.drawn + total.detected),
    meanF1OfFields: perField.reduce((sum, f1) => sum + f1, 0) / perField.length,
    medianF1OfFields: perField[perField.length >> 1],
    exactlyOneCentre: total.once / total.drawn,
    megapixelsPerSecond: pixels / 1e6 / seconds,
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

import { createJacobianMapper } from '../../../localization/jacobian-map.ts';
import type { NetworkModel } from '../../../network/read-model.ts';
import type { Colour } from '../../../pixels/palette.ts';
import type { Image } from '../../../pixels/pixels.ts';
import { renderCover } from '../../../report/bioimage/cover.ts';
import type { Validation } from '../../../report/bioimage/documentation.ts';
import { classRecallPlot } from '../../../report/plots/class-recall-plot.ts';
import { learnedCurvesPlot } from '../../../report/plots/learned-curves-plot.ts';
import { renderSvg } from '../../../report/plots/render-svg.ts';
import { counted } from '../../../words.ts';
import type { Host } from '../../host.ts';
import { middleOfField } from '../trial-field.ts';
import type { PackageFile } from './zip.ts';

/** Of a larger field, such as a stitched one, the map is drawn of at most so many pixels in height and width. */
const LARGEST_MAP = 1024;
/** A plot as a cover (pixels): 2:1, as the specification wants it. */
const PLOT = { width: 1000, height: 500 } as const;

/**
 * Pictures of a model: a field with the evidence for its class, and how well the classes were recognised. Without a field
 * and without figures, the learned Noisy-AND of the classes; for other pooling functions the map of the synthetic field.
 */
export async function drawCovers(
  model: NetworkModel,
  {
    field,
    colours,
    synthetic,
    validation,
  }: {
    /** A field of the screen. */
    field: Image | undefined;
    /** The colours of its channels. */
    colours: readonly Colour[] | undefined;
    synthetic: Image;
    validation: Validation | undefined;
  },
  host: Host,
): Promise<PackageFile[]> {
  const plot = async (name: string, spec: Parameters<typeof renderSvg>[0]): Promise<PackageFile> => {
    return { name, data: await host.pictures.drawingPng(await renderSvg(spec), PLOT) };
  };
  const covers: PackageFile[] = [];
  if (field)
    covers.push({ name: 'cover.jpg', data: await drawMap(model, field, { what: 'Evidence for', colours }, host) });
  if (validation) covers.push(await plot('classes.png', recallOf(validation)));
  if (covers.length > 0) return covers;
  const { about, parameters } = model;
  if (about.pooling === 'noisy-and') {
    const thresholds = parameters.b!.data as Float32Array;
    const classes = about.classes.map((name, k) => ({ class: name, threshold: thresholds[k]! }));
    return [await plot('noisy-and.png', learnedCurvesPlot({ sharpness: about.sharpness, classes }))];
  }
  return [{ name: 'cover.jpg', data: await drawMap(model, synthetic, { what: 'Synthetic field:' }, host) }];
}

async function drawMap(
  model: NetworkModel,
  pixels: Image,
  { what, colours }: { what: string; colours?: readonly Colour[] | undefined },
  { pool: createPool, threads, pictures }: Host,
): Promise<Uint8Array> {
  const { classes, channels } = model.about;
  const field = middleOfField(pixels, { height: LARGEST_MAP, width: LARGEST_MAP });
  const pool = createPool({ workers: 1, threads });
  try {
    const draw = createJacobianMapper(model, { pool });
    const { probability } = await draw(field);
    const surest = probability.indexOf(Math.max(...probability));
    const { total } = await draw(field, [surest]);
    // A model that pools cells says of a field what it makes of these, which a map of the whole field does not know.
    const sure = model.about.instances === 'cells' ? '' : `, P = ${probability[surest]!.toFixed(2)}`;
    const note = `${what} ${classes[surest]}${sure}`;
    return await renderCover({ field, map: total, channels, colours, note }, pictures);
  } finally {
    await pool.release();
  }
}

function recallOf({ metrics: { images, perClass }, split }: Validation) {
  return classRecallPlot({
    title: split.test > 0 ? 'Held-out fields that were recognised' : 'Validation fields that were recognised',
    subtitle: `${images.correct} of ${counted(images.n, 'field')} are right in all`,
    classes: perClass,
  });
}

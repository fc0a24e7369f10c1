import type { TopLevelSpec } from 'vega-lite';
import type { PlotSpec } from './plot-spec.ts';
import { textWidth } from './text-width.ts';

/**
 * A plot as SVG, without a browser. Vega is loaded when the first plot is rendered.
 *
 * @example
 * await writeFile('curves.svg', await renderSvg(poolingCurvesPlot([{ pooling: 'noisy-and', sharpness: 10 }])));
 */
export async function renderSvg(plot: PlotSpec): Promise<string> {
  const [vega, vegaLite] = await Promise.all([import('vega'), import('vega-lite')]);
  // Vega's types do not know this, which it has for programs without a canvas to measure text on.
  const { textMetrics } = vega as unknown as { textMetrics: { width: typeof textWidth } };
  textMetrics.width = textWidth;
  const view = new vega.View(vega.parse(vegaLite.compile(plot as unknown as TopLevelSpec).spec), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

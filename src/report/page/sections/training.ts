import { escaped, table } from '../../inspection/html.ts';
import { learnedCurvesPlot } from '../../plots/learned-curves-plot.ts';
import { renderSvg } from '../../plots/render-svg.ts';
import { trainingPlot } from '../../plots/training-plot.ts';
import type { ReportDocument, ReportedTraining } from '../document.ts';
import type { Section } from './section.ts';
import { paragraph } from './text.ts';

/** Loss and accuracy by epoch, the pooling curves that were learned, and their thresholds. */
export async function trainingSection({ training, classes }: ReportDocument): Promise<Section | undefined> {
  if (training === null) return undefined;
  const { epochs, chosenEpoch } = training;
  const plot =
    epochs.length < 2
      ? ''
      : `<div class="plot">${await renderSvg(trainingPlot(epochs, { chosen: chosenEpoch }))}</div>`;
  return {
    id: 'training',
    name: 'Training',
    html: `<h2>Training</h2>\n${paragraph(describe(training), { soft: true })}\n${plot}\n${await curves(training, classes)}`,
  };
}

function describe({ epochs, chosenEpoch, pooling, sharpness, parameters, seconds }: ReportedTraining): string {
  const chosen = chosenEpoch === null ? '' : `, of which ${chosenEpoch} was chosen`;
  const parts = [
    `${epochs.length} epochs${chosen}`,
    `pooling ${pooling}${sharpness === null ? '' : ` with sharpness ${sharpness}`}`,
    ...(parameters === null ? [] : [`${parameters.toLocaleString('en')} parameters`]),
    ...(seconds === null ? [] : [duration(seconds)]),
  ];
  return parts.join('; ');
}

/** Figure 2 of the paper, of Noisy-AND; with the thresholds as a table. */
async function curves(
  { pooling, sharpness, thresholds }: ReportedTraining,
  classes: readonly string[],
): Promise<string> {
  if (thresholds === null) return '';
  const learned = classes.map((name, k) => ({ class: name, threshold: thresholds[k]! }));
  const plot =
    pooling === 'noisy-and' && sharpness !== null
      ? `<div class="plot">${await renderSvg(learnedCurvesPlot({ sharpness, classes: learned }))}</div>`
      : '';
  const rows = learned
    .toSorted((a, b) => a.threshold - b.threshold)
    .map(({ class: name, threshold }) => [escaped(name), threshold.toFixed(3)]);
  const note =
    'The threshold of a class is the share of the positions of a field that must show it before the field is called so';
  const list = table(['Class', 'Threshold'], rows, { numbers: [1] });
  if (plot === '') return `<h3>Thresholds</h3>${paragraph(note, { soft: true })}${list}`;
  return `${plot}${paragraph(note, { soft: true })}<details><summary>Thresholds as a table</summary>${list}</details>`;
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

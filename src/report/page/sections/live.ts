/** Parts that the script of the page draws: here stand their headings, and places for what is drawn. */
import { escaped } from '../../inspection/html.ts';
import { heatGradient } from '../../pictures/heat.ts';
import { reliabilityPlot } from '../../plots/reliability-plot.ts';
import { renderSvg } from '../../plots/render-svg.ts';
import type { FieldRole, ReportDocument } from '../document.ts';
import type { Section } from './section.ts';
import { withStop } from './text.ts';

/** Whether the table of fields has a column that tells something. */
function hasColumn({ fields }: ReportDocument, role: FieldRole): boolean {
  return fields?.columns.some((column) => column.role === role) ?? false;
}

/** Maps of all plates. */
export function platesSection(document: ReportDocument): Section | undefined {
  if (!hasColumn(document, 'well') && (document.assay?.wells.length ?? 0) === 0) return undefined;
  const note = document.sheetsNote === null ? '' : `<p class="soft">${escaped(document.sheetsNote)}</p>`;
  return {
    id: 'plates',
    name: 'Plate maps',
    html: `<h2>Plate maps</h2>${note}\n<div id="plate-maps"></div>`,
  };
}

/** Confusion, classes from the weakest, calibration; and the table of fields. */
export async function classesSection(document: ReportDocument): Promise<Section | undefined> {
  const { fields, metrics } = document;
  if (fields === null) return undefined;
  const evaluated = hasColumn(document, 'truth') && hasColumn(document, 'predicted');
  if (!evaluated) {
    const name = `${fields.unit.charAt(0).toUpperCase()}${fields.unit.slice(1)}s`;
    return { id: 'fields', name, html: `<h2>${name}</h2>\n<div id="chosen-fields"></div>` };
  }
  const calibration = metrics?.calibration;
  const reliability =
    calibration === undefined
      ? ''
      : `<div><h3>Calibration</h3><p class="soft">Expected calibration error ${calibration.expectedCalibrationError.toFixed(3)}: by how much the probability of the predicted class and the share right differ, on average.</p><div class="plot">${await renderSvg(reliabilityPlot([{ calibration }], { unit: fields.unit }))}</div></div>`;
  return {
    id: 'classes',
    name: 'Classes',
    html: `<h2>Classes</h2>
<p class="soft">A cell of the matrix chooses its ${fields.unit}s, as pictures, in the table, in the gallery and on the maps. With shares, classes of unequal size weigh the same.</p>
<div class="matrix-and-fields"><div id="confusion-matrix"></div><div id="beside-matrix"></div></div>
<div id="chosen-fields"></div>
<div class="figures-and-calibration"><div><h3>By class, the weakest first</h3><div class="wide" id="class-table" tabindex="0" role="region" aria-label="Figures by class"></div></div>${reliability}</div>`,
  };
}

/** What the colours of the maps over pictures mean. */
const EVIDENCE = `<span class="key scale evidence">evidence: none <span class="bar" style="background:${heatGradient()}"></span> most</span>`;

/** Chosen fields of every class, large. */
export function gallerySection({ fields, galleries, channels }: ReportDocument): Section | undefined {
  if (fields === null || galleries.every(({ entries }) => entries.length === 0)) return undefined;
  const keys = channels.map(
    ({ name, colour }) =>
      `<span class="key"><span class="swatch" style="background:${escaped(colour)}"></span>${escaped(name)}</span>`,
  );
  const overlays = galleries.some(({ entries }) => entries.some(({ overlay }) => overlay !== null));
  const note = overlays
    ? `<p class="soft">The map over a picture shows where the network found evidence for the class that it predicted: the brighter, the more. Press O to hide it.</p>
<div class="switch"><button type="button" id="overlays" aria-pressed="true">Evidence (O)</button></div>`
    : '';
  return {
    id: 'gallery',
    name: 'Gallery',
    html: `<h2>Gallery</h2>
${note}
<div class="keys">${keys.join('')}${overlays ? EVIDENCE : ''}</div>
<div id="galleries"></div>`,
  };
}

/** Treatments and how their replicates were predicted. */
export function treatmentsSection(document: ReportDocument): Section | undefined {
  const isKnown = hasColumn(document, 'treatment') && hasColumn(document, 'predicted');
  if (!isKnown || document.fields?.unit === 'treatment') return undefined;
  return {
    id: 'treatments',
    name: 'Treatments',
    html: `<h2>Treatments by replicate</h2>
<p class="soft">A treatment, and each of its replicates, is predicted by the median of each class probability over its fields; the largest wins. Agreement: replicates that are predicted as the treatment is.</p>
<div id="treatments-by-replicate"></div>`,
  };
}

/** Fields as points that lie close where their profiles are alike. */
export function mapSection(document: ReportDocument): Section | undefined {
  if (document.map === null || !hasColumn(document, 'mapX') || !hasColumn(document, 'mapY')) return undefined;
  return {
    id: 'map',
    name: 'Map of fields',
    html: `<h2>Map of fields</h2>\n<p class="soft">${escaped(withStop(document.map.how))} Fields that are alike lie close to each other. Arrow keys go to the next field in their direction, Enter opens it.</p>\n<div id="field-map"></div>`,
  };
}

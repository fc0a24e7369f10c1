import { scaleGradient } from '../data/colours.ts';
import type { Layer } from '../data/layers.ts';
import { element } from '../dom/element.ts';
import { figure, share } from '../words.ts';
import { classChip } from './class-chip.ts';
import type { Report } from './report.ts';

/** What the colours of a plate map mean. */
export function layerLegend(report: Report, layer: Layer): HTMLElement {
  const { data } = report;
  const controls = data.assay?.wells.some(({ role }) => role !== 'sample') ?? false;
  const few = data.assay?.wells.some(({ fewCells }) => fewCells) ?? false;
  const marks = [
    controls && element('span', { class: 'key' }, element('b', {}, '−'), ' negative control'),
    controls && element('span', { class: 'key' }, element('b', {}, '+'), ' positive control'),
    few && element('span', { class: 'key' }, element('span', { class: 'few' }), ' few cells'),
  ];
  if (layer.kind === 'classes') {
    const chips = data.classes.map((_, k) => classChip(report, k));
    return element(
      'div',
      { class: 'keys' },
      chips,
      marks,
      element('span', { class: 'soft' }, `${sentence(layer.means)}.`),
    );
  }
  if (layer.kind === 'pictures') {
    const channels = data.channels.map(({ name, colour }) =>
      element('span', { class: 'key' }, element('span', { class: 'swatch', style: { background: colour } }), name),
    );
    return element('div', { class: 'keys' }, channels, element('span', { class: 'soft' }, `${sentence(layer.means)}.`));
  }
  const [low, high] = layer.domain;
  const write = layer.isShare ? share : figure;
  return element(
    'div',
    { class: 'keys' },
    element(
      'span',
      { class: 'scale' },
      element('span', {}, layer.isShare ? String(low) : write(low)),
      element('span', { class: 'bar', style: { background: scaleGradient(layer.scale, report.theme()) } }),
      element('span', {}, layer.isShare ? String(high) : write(high)),
    ),
    marks,
    element(
      'span',
      { class: 'soft' },
      `${layer.name}: ${layer.means}. One scale for all plates${layer.logarithmic ? ', logarithmic colours' : ''}.`,
    ),
  );
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

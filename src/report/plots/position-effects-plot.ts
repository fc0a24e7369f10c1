import type { TopLevelSpec } from 'vega-lite';
import type { PlateQuality, PositionEffect } from '../../evaluation/assay/assay.ts';
import { classColours } from '../../pixels/class-colours.ts';
import type { PlotSpec } from './plot-spec.ts';
import { GREY, THEME } from './theme.ts';

/** Places that are drawn: the strongest. */
const MOST = 24;
/** From this adjusted p on a place differs from the interior. */
const LEVEL = 0.05;

/**
 * How far wells at the edge, in a row or a column score from those of the interior (Cliff's delta), before and after
 * correction; filled where the adjusted p is below 0.05. The edges of all plates, and the strongest others, 24 at most.
 */
export function positionEffectsPlot(plates: readonly PlateQuality[]): PlotSpec {
  const places = plates
    .flatMap((plate) =>
      plate.effects.map((effect) => ({ effect, after: afterOf(plate, effect), name: nameOf(plate, effect, plates) })),
    )
    .filter(({ effect }) => effect.kind === 'edge' || effect.q < LEVEL)
    .toSorted((a, b) => Math.abs(b.effect.delta) - Math.abs(a.effect.delta))
    .slice(0, MOST);
  const values = places.flatMap(({ name, effect, after }) => [
    pointOf(name, 'before', effect),
    ...(after === undefined ? [] : [pointOf(name, 'after correction', after)]),
  ]);
  const when = ['before', 'after correction'];
  const [blue, orange] = classColours(2).map(({ onLight }) => onLight);
  const domain = [-1, 1];
  const x = {
    field: 'delta',
    type: 'quantitative',
    scale: { domain },
    axis: { tickCount: 5 },
    title: 'Score against the interior (Cliff’s delta)',
  } as const;
  const y = {
    field: 'place',
    type: 'nominal',
    scale: { domain: places.map(({ name }) => name) },
    axis: { ticks: false, domain: false, grid: true, labelPadding: 8 },
    title: null,
  } as const;
  const color = {
    field: 'when',
    type: 'nominal',
    scale: { domain: when, range: [orange!, blue!] },
    legend: { title: null, orient: 'top' },
  } as const;
  return {
    config: THEME,
    width: 320,
    height: { step: 22 },
    layer: [
      {
        data: { values: [{ delta: 0 }] },
        mark: { type: 'rule', color: GREY },
        encoding: { x },
      },
      {
        data: { values },
        mark: { type: 'point', size: 60, strokeWidth: 1.5 },
        encoding: {
          x,
          y,
          color,
          fillOpacity: { condition: { test: `datum.q < ${LEVEL}`, value: 1 }, value: 0 },
          fill: color,
          description: { field: 'words' },
        },
      },
    ],
  } satisfies TopLevelSpec;
}

function afterOf({ effectsAfter }: PlateQuality, effect: PositionEffect): PositionEffect | undefined {
  return effectsAfter?.find(({ kind, name }) => kind === effect.kind && name === effect.name);
}

function nameOf({ plate, group }: PlateQuality, { name }: PositionEffect, plates: readonly PlateQuality[]): string {
  const of = [...(plates.length > 1 ? [plate] : []), ...(group === null ? [] : [group])].join(', ');
  return of === '' ? name : `${of}: ${name}`;
}

function pointOf(place: string, when: string, { delta, q, wells }: PositionEffect) {
  const words = `${place}; ${when}; Cliff’s delta ${delta.toFixed(2)}; adjusted p ${q.toPrecision(2)}; ${wells} wells`;
  return { place, when, delta, q, words };
}

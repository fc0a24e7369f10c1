import type { TopLevelSpec } from 'vega-lite';
import { classColours } from '../../pixels/class-colours.ts';
import type { PlotSpec } from './plot-spec.ts';
import { GREY, THEME } from './theme.ts';

/** What an epoch of a training came to; null where it was not measured. */
export interface TrainingEpoch {
  readonly epoch: number;
  readonly trainingLoss: number | null;
  readonly trainingAccuracy: number | null;
  readonly validationLoss: number | null;
  readonly validationAccuracy: number | null;
}

/** Loss and accuracy by epoch, of training and validation fields, with a line at the epoch that was chosen. */
export function trainingPlot(
  epochs: readonly TrainingEpoch[],
  { chosen }: { /** Epoch whose parameters the model has. */ chosen: number | null },
): PlotSpec {
  const hasAccuracy = epochs.some((one) => one.trainingAccuracy !== null || one.validationAccuracy !== null);
  const loss = epochs.flatMap(({ epoch, trainingLoss, validationLoss }) => [
    { epoch, fields: 'training', value: trainingLoss },
    { epoch, fields: 'validation', value: validationLoss },
  ]);
  const accuracy = epochs.flatMap(({ epoch, trainingAccuracy, validationAccuracy }) => [
    { epoch, fields: 'training', value: trainingAccuracy },
    { epoch, fields: 'validation', value: validationAccuracy },
  ]);
  const panels = [
    panel(loss, { title: 'Loss', chosen, zero: true }),
    ...(hasAccuracy ? [panel(accuracy, { title: 'Accuracy', chosen, zero: false })] : []),
  ];
  return { config: THEME, hconcat: panels, spacing: 36 } satisfies TopLevelSpec;
}

interface Point {
  readonly epoch: number;
  readonly fields: string;
  readonly value: number | null;
}

function panel(
  points: readonly Point[],
  { title, chosen, zero }: { title: string; chosen: number | null; zero: boolean },
) {
  const values = points.filter(({ value }) => value !== null);
  const [training, validation] = classColours(2).map(({ onLight }) => onLight);
  const strokeDash = [4, 3];
  const x = { field: 'epoch', type: 'quantitative', title: 'Epoch', axis: { grid: false, tickMinStep: 1 } } as const;
  const scale = zero ? { zero: true } : { zero: false, domainMax: 1 };
  const y = { field: 'value', type: 'quantitative', title, scale } as const;
  const color = {
    field: 'fields',
    type: 'nominal',
    scale: { domain: ['training', 'validation'], range: [training!, validation!] },
    legend: { title: null, orient: 'top', symbolType: 'stroke' },
  } as const;
  return {
    width: 300,
    height: 210,
    layer: [
      ...(chosen === null
        ? []
        : [
            {
              data: { values: [{ epoch: chosen, text: `chosen: ${chosen}` }] },
              mark: { type: 'rule', color: GREY, strokeDash } as const,
              encoding: { x },
            },
            {
              data: { values: [{ epoch: chosen, text: `chosen: ${chosen}` }] },
              mark: { type: 'text', align: 'right', dx: -4, color: GREY, y: 8, fontSize: 11 } as const,
              encoding: { x, text: { field: 'text' } as const },
            },
          ]),
      {
        data: { values },
        mark: { type: 'line', strokeWidth: 1.5, point: { size: 14 } } as const,
        encoding: { x, y, color },
      },
    ],
  };
}

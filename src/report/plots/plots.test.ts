import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { hasPoolingCurve } from '../../network/pooling/curve.ts';
import { POOLING_NAMES } from '../../network/pooling/poolings.ts';
import { comparisonPlot } from './comparison-plot.ts';
import { doseResponsePlot } from './dose-response-plot.ts';
import { learnedCurvesPlot } from './learned-curves-plot.ts';
import { perCellAccuracyPlot } from './per-cell-accuracy-plot.ts';
import { plateQualityPlot } from './plate-quality-plot.ts';
import { poolingCurvesPlot } from './pooling-curves-plot.ts';
import { positionEffectsPlot } from './position-effects-plot.ts';
import { reliabilityPlot } from './reliability-plot.ts';
import { renderSvg } from './render-svg.ts';
import { respondersPlot } from './responders-plot.ts';
import { trainingPlot } from './training-plot.ts';

const classes = [
  ...['Actin disruptors', 'Aurora kinase inhibitors', 'Cholesterol-lowering', 'DNA damage', 'DNA replication'],
  ...['Eg5 inhibitors', 'Epithelial', 'Kinase inhibitors', 'Microtubule destabilizers', 'Microtubule stabilizers'],
  ...['Protein degradation', 'Protein synthesis'],
];

/** The texts of a plot, in the order of drawing. */
const texts = (svg: string) =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) =>
    text!.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&'),
  );

/** Width and height, and how many colours it has that are neither white nor grey. */
async function look(svg: string) {
  const data = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer();
  const colours = new Set<number>();
  for (let i = 0; i < data.length; i += 3) {
    const [r, g, b] = [data[i]!, data[i + 1]!, data[i + 2]!];
    // Smoothed edges have mixtures: only what is strong counts, and only roughly.
    if (Math.max(r, g, b) - Math.min(r, g, b) > 90) colours.add((r >> 5) * 64 + (g >> 5) * 8 + (b >> 5));
  }
  return { ...(await sharp(Buffer.from(svg)).metadata()), colours: colours.size };
}

let warn: MockInstance;
beforeEach(() => {
  warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => {
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});

describe('the pooling functions', () => {
  const spec = poolingCurvesPlot([
    ...[10, 5].map((sharpness) => ({ pooling: 'noisy-and', sharpness }) as const),
    { pooling: 'log-sum-exp', sharpness: 2.5 },
    { pooling: 'generalized-mean', sharpness: 1 },
    ...(['mean', 'max', 'noisy-or', 'isr', 'attention'] as const).map((pooling) => ({ pooling })),
  ]);

  it('are named in the order of the paper, those with the same curve together', async () => {
    const labels = ['Noisy-AND a = 5', 'Noisy-AND a = 10', 'LSE r = 2.5', 'GM r = 1, Mean', 'Max, Noisy-OR, ISR'];
    const svg = await renderSvg(spec);
    expect(texts(svg).filter((text) => labels.includes(text))).toEqual(labels);
    expect(texts(svg).filter((text) => text.includes('ttention'))).toEqual([]);
  });

  it('are each once in the legend, whatever is asked for', async () => {
    const twice = poolingCurvesPlot(POOLING_NAMES.flatMap((pooling) => [{ pooling }, { pooling }]));
    const names = texts(await renderSvg(twice));
    expect(names.filter((text) => text === 'Noisy-AND')).toHaveLength(1);
    expect(POOLING_NAMES.filter((pooling) => !hasPoolingCurve(pooling))).toEqual(['attention']);
  });

  it('make a picture', async () => {
    const { format, width, height, colours } = await look(await renderSvg(spec));
    expect(format).toBe('svg');
    expect(width).toBeLessThanOrEqual(800);
    expect(height).toBeGreaterThan(300);
    expect(colours).toBeGreaterThanOrEqual(4);
  });
});

describe('the learned curves', () => {
  const thresholds = classes.map((name, k) => ({ class: name, threshold: 0.2 + 0.05 * ((5 * k) % 12) }));

  it('name every class with its threshold, from the lowest to the highest', async () => {
    const svg = await renderSvg(learnedCurvesPlot({ sharpness: 10, classes: thresholds }));
    const expected = thresholds
      .toSorted((a, b) => a.threshold - b.threshold)
      .map(({ class: name, threshold }) => `${name}, b = ${threshold.toFixed(2)}`);
    expect(texts(svg).filter((text) => text.includes(', b = '))).toEqual(expected);
    const { width, colours } = await look(svg);
    expect(width).toBeLessThanOrEqual(800);
    expect(colours).toBeGreaterThanOrEqual(6);
  });

  it('go through every class from 0 to 1', () => {
    const { layer } = learnedCurvesPlot({ sharpness: 7.5, classes: thresholds }) as unknown as {
      layer: { data: { values: { name: string; x: number; y: number }[] } }[];
    };
    const [lines, dots] = layer.map(({ data }) => data.values);
    for (const { class: name, threshold } of thresholds) {
      const line = lines!.filter((point) => point.name.startsWith(`${name},`));
      expect([line[0], line.at(-1)]).toMatchObject([
        { x: 0, y: expect.closeTo(0, 12) },
        { x: 1, y: expect.closeTo(1, 12) },
      ]);
      expect(dots!.find((point) => point.name.startsWith(`${name},`))!.x).toBe(threshold);
    }
  });

  it('keep the name of a class as it is', async () => {
    const odd = 'A & B <"c">';
    const svg = await renderSvg(learnedCurvesPlot({ sharpness: 10, classes: [{ class: odd, threshold: 0.5 }] }));
    expect(texts(svg).map((text) => text.replaceAll('&quot;', '"'))).toContain(`${odd}, b = 0.50`);
    expect((await look(svg)).format).toBe('svg');
  });
});

describe('responding cells', () => {
  it('stand against the thresholds, classes in the order of their share', async () => {
    const points = [1, 2].flatMap((seed) =>
      classes.map((name, k) => ({ class: name, seed, responders: 1 - k / 12, threshold: 0.5 - 0.02 * k })),
    );
    const svg = await renderSvg(respondersPlot(points));
    expect(texts(svg).filter((text) => classes.includes(text))).toEqual(classes.toReversed());
    expect(texts(svg).join()).toContain('A point for each class and each of 2 seeds');
    expect((await look(svg)).colours).toBeGreaterThanOrEqual(5);
    expect((await look(svg)).width).toBeLessThanOrEqual(800);
  });

  it('stand against the accuracy of cells, a line and a shape for each method', async () => {
    const methods = ['Noisy-AND a = 10', 'Mean', 'Max'];
    const points = methods.flatMap((method, m) =>
      classes.map((name, k) => ({ method, class: name, seed: 1, responders: k / 11, accuracy: 0.9 - 0.2 * m })),
    );
    const svg = await renderSvg(perCellAccuracyPlot(points));
    expect(texts(svg).filter((text) => methods.includes(text))).toEqual(methods);
    expect(svg).toContain('>A point for each class<');
    expect(svg).toContain('>Dashed: each cell has the class of its field<');
    // A panel for each method, and in each the line of those who know no cell.
    expect(svg.match(/stroke-dasharray="4,4"/g)).toHaveLength(methods.length);
    expect((await look(svg)).colours).toBeGreaterThanOrEqual(3);
    const bounded = points.map((point) => ({ ...point, low: point.accuracy - 0.1, high: point.accuracy + 0.05 }));
    const rules = (plot: string) => plot.match(/aria-roledescription="rule mark"/g)?.length ?? 0;
    const withIntervals = await renderSvg(perCellAccuracyPlot(bounded));
    expect([rules(svg), rules(withIntervals)]).toEqual([0, bounded.length]);
    expect(withIntervals).toContain('>A point for each class, with its 95 % interval<');
  });

  it('show thresholds below 0 and above 1', async () => {
    const points = [-0.4, 0.5, 1.2].map((threshold, k) => ({
      class: classes[k]!,
      seed: 1,
      responders: 0.3 * k,
      threshold,
    }));
    const svg = await renderSvg(respondersPlot(points));
    expect(texts(svg).map((text) => text.replace('−', '-'))).toEqual(expect.arrayContaining(['-0.4', '1.2']));
  });
});

describe('the comparison', () => {
  const row = (method: string, protocol: string, correctFields: number, seed = 1) => ({
    ...{ method, protocol, correctFields, seed, folds: 2, fields: 4000 },
    ...(method === 'field-features'
      ? { kind: 'baseline' as const }
      : { kind: 'network' as const, pooling: method, head: 'softmax' }),
    ...{ meanClassAccuracy: null, meanAveragePrecision: null, treatments: 0, correctTreatments: 0 },
  });
  const rows = [
    ...[row('max', 'compound', 1600), row('max', 'replicate', 1800), row('mean', 'replicate', 3600)],
    ...[row('mean', 'replicate', 3800, 2), row('mean', 'compound', 3500), row('field-features', 'replicate', 3999)],
  ];

  it('has a panel for each protocol, and the methods from the best to the worst', async () => {
    const svg = await renderSvg(comparisonPlot(rows));
    const names = ['Field features', 'Mean', 'Max'];
    expect(texts(svg).filter((text) => names.includes(text))).toEqual(names);
    expect(texts(svg).filter((text) => ['replicate', 'compound (NSC)'].includes(text))).toEqual([
      'replicate',
      'compound (NSC)',
    ]);
  });

  it('has the mean of the seeds as a figure, which is 1 only where all are right', async () => {
    const figures = texts(await renderSvg(comparisonPlot(rows))).filter((text) => /^0\.\d{3,}$/.test(text));
    expect(figures.toSorted()).toEqual(['0.400', '0.450', '0.875', '0.925', '0.9998']);
  });

  it('begins at 0, or says where, if all is far above that; nothing is cut off', async () => {
    const begins = (all: Parameters<typeof comparisonPlot>[0]) =>
      /"domainMin":([\d.]+)/.exec(JSON.stringify(comparisonPlot(all)))?.[1];
    expect(begins(rows)).toBe('0');
    expect(texts(await renderSvg(comparisonPlot(rows))).join()).not.toContain('begins');
    const good = row('max', 'compound', 4000);
    expect(begins([good])).toBe('0.95');
    expect(texts(await renderSvg(comparisonPlot([good])))).toContain('Share right (the axis begins at 0.95)');
    expect(begins([{ ...good, accuracy95: { low: 0.81, high: 1 } }])).toBe('0.75');
  });

  it('draws a line for each interval that is known, and says what it is', async () => {
    const lines = (svg: string) => svg.match(/aria-roledescription="rule mark"/g)?.length ?? 0;
    const none = await renderSvg(comparisonPlot(rows));
    expect([lines(none), none.includes('95 %')]).toEqual([0, false]);
    const bounded = rows.map((one) =>
      one.protocol === 'replicate' ? { ...one, accuracy95: { low: 0.4, high: 1 } } : one,
    );
    const some = await renderSvg(comparisonPlot(bounded));
    // Under one protocol, three methods.
    expect([lines(some), some.includes('lines are 95 % intervals over wells')]).toEqual([3, true]);
  });

  it('makes a picture of no more than 800 pixels with any number of panels', async () => {
    const protocols = ['paper', 'replicate', 'compound', 'compound-batch', 'k-fold'];
    for (let panels = 1; panels <= protocols.length; panels++) {
      const some = protocols
        .slice(0, panels)
        .flatMap((protocol) => [
          row('mean', protocol, 3900),
          { ...row('factor-analysis', protocol, 3000), kind: 'baseline' as const, pooling: undefined, head: undefined },
        ]);
      const { width, colours } = await look(await renderSvg(comparisonPlot(some)));
      expect(width).toBeLessThanOrEqual(800);
      expect(colours).toBeGreaterThanOrEqual(2);
    }
  });
});

describe('an assay', () => {
  const response = {
    ...{ compound: 'taxol', group: null, unit: 'µM', ec50: 0.2, low: 0.1, high: null, slope: 1.2, bottom: 0, top: 1 },
    ...{ reason: null, wells: 3, doses: 2, vFactor: null, lackOfFit: null, drops: [], steps: '' },
    points: [
      { plate: 'P1', well: 'A01', dose: 0, score: 0.02, negative: true, positive: false },
      { plate: 'P1', well: 'A02', dose: 0.1, score: 0.3, negative: false, positive: false },
      { plate: 'P1', well: 'A03', dose: 1, score: 0.9, negative: false, positive: true },
    ],
  };

  it('has EC50 with its interval, the curve, and each well by name', async () => {
    const svg = await renderSvg(doseResponsePlot(response, { score: 'Robust z' }));
    expect(texts(svg)).toEqual(
      expect.arrayContaining(['taxol', 'Robust z', 'EC50 0.2 µM (95 % interval 0.1 to unbounded)']),
    );
    for (const well of ['A01, P1; negative control', 'A02, P1; dose 0.1 µM', 'A03, P1; positive control; dose 1 µM'])
      expect(svg).toContain(well);
    expect(svg).toContain('line mark');
  });

  it('says why there is no EC50, and draws no curve', async () => {
    const svg = await renderSvg(doseResponsePlot({ ...response, ec50: null, reason: 'no response' }));
    expect(texts(svg)).toContain('no response');
    expect(svg).not.toContain('line mark');
    expect(svg).toContain('A03, P1');
  });

  it('has plates with Z′ far below zero at the end of the axis, and their figure', async () => {
    const plate = { ...plateOf('P1'), zPrime: -37.5, zPrimeRobust: 0.4 };
    const svg = await renderSvg(plateQualityPlot([plate, { ...plateOf('P2'), zPrime: null, zPrimeRobust: null }]));
    expect(svg).toContain('P1; Z′ -37.500');
    expect(texts(svg)).toEqual(expect.arrayContaining(['P1', 'P2', '−1.0']));
  });

  it('has edges always, and rows only where they differ', async () => {
    const of = (kind: 'edge' | 'row', name: string, q: number) => ({
      kind,
      name,
      wells: 8,
      others: 60,
      p: q,
      q,
      delta: 0.5,
    });
    const effects = [of('edge', 'edge', 0.8), of('row', 'row A', 0.01), of('row', 'row B', 0.3)];
    const svg = await renderSvg(
      positionEffectsPlot([{ ...plateOf('P1'), effects, effectsAfter: [of('row', 'row A', 0.9)] }]),
    );
    expect(texts(svg)).toEqual(expect.arrayContaining(['edge', 'row A']));
    expect(texts(svg)).not.toContain('row B');
    expect(svg).toContain('row A; after correction');
  });

  function plateOf(plate: string) {
    return {
      ...{
        plate,
        group: null,
        negatives: 8,
        positives: 8,
        zPrimeOneTailed: null,
        ssmd: null,
        signalToBackground: null,
      },
      ...{ negativeMean: null, positiveMean: null, negativeDeviation: null, positiveDeviation: null, warning: null },
      ...{ zPrime: 0.7, zPrimeRobust: 0.7, effects: [], effectsAfter: null },
    };
  }
});

describe('a training', () => {
  const epochs = [1, 2, 3].map((epoch) => ({
    ...{ epoch, trainingLoss: 1 / epoch, validationLoss: 1.2 / epoch },
    ...{ trainingAccuracy: epoch / 4, validationAccuracy: null },
  }));

  it('has loss and accuracy, and the epoch that was chosen', async () => {
    const drawn = texts(await renderSvg(trainingPlot(epochs, { chosen: 2 })));
    expect(drawn).toEqual(expect.arrayContaining(['Loss', 'Accuracy', 'chosen: 2', 'training', 'validation']));
  });

  it('has loss alone where no accuracy was measured', async () => {
    const without = epochs.map((epoch) => ({ ...epoch, trainingAccuracy: null }));
    const drawn = texts(await renderSvg(trainingPlot(without, { chosen: null })));
    expect(drawn).not.toContain('Accuracy');
    expect(drawn.join()).not.toContain('chosen');
  });
});

describe('a reliability diagram', () => {
  const calibration = (error: number, confidence: number) => ({
    ...({ of: 'class', n: 20, expectedCalibrationError: error } as const),
    bins: [
      { low: 0.4, high: 0.7, n: 10, confidence: 0.55, accuracy: 0.5 },
      { low: 0.7, high: 1, n: 10, confidence, accuracy: 0.8 },
    ],
  });

  it('says the error and the number of fields, and stays within 0 and 1', async () => {
    const svg = await renderSvg(reliabilityPlot([{ calibration: calibration(0.125, 0.99) }]));
    expect(texts(svg)).toContain('expected calibration error 0.125, 20 fields');
    expect(texts(svg)).toContain('Mean probability of the predicted class');
    expect((await look(svg)).colours).toBeGreaterThan(0);
  });

  it('of several models has a colour and a line of words for each', async () => {
    const spec = reliabilityPlot([
      { name: 'with temperature', calibration: calibration(0.02, 0.8) },
      { name: 'T = 1', calibration: calibration(0.125, 0.99) },
    ]);
    const svg = await renderSvg(spec);
    expect(texts(svg)).toEqual(expect.arrayContaining(['with temperature', 'T = 1']));
    expect(svg).toContain('T = 1: expected calibration error 0.125, 20 fields');
  });
});

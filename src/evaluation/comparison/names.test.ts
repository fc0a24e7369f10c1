import { describe, expect, it } from 'vitest';
import { POOLING_NAMES } from '../../network/pooling/poolings.ts';
import { protocols } from '../protocols/protocols.ts';
import {
  compareMethods,
  compareProtocols,
  differencesOf,
  type MethodIdentity,
  methodKey,
  methodLabel,
  poolingLabel,
  protocolLabel,
} from './names.ts';

const network = (pooling: string, sharpness?: number, head = 'softmax'): MethodIdentity => ({
  ...{ method: pooling, kind: 'network', pooling, head },
  ...(sharpness === undefined ? {} : { sharpness }),
});
const baseline = (method: string): MethodIdentity => ({ method, kind: 'baseline' });

it('a network says what it pools, unless these are positions, and comes after those on positions', () => {
  const of = (instances: string, bag?: string): MethodIdentity => ({
    ...network('mean'),
    instances,
    ...(bag && { bag }),
  });
  const methods = [of('cropped-cells'), of('cells', 'well'), network('max'), of('cells'), baseline('cropped-cells')];
  expect(methods.sort(compareMethods).map((method) => methodLabel(method))).toEqual([
    ...['Max', 'Mean, cells', 'Mean, cells of a well', 'Mean, cropped cells', 'Cropped cells'],
  ]);
  expect(new Set(methods.map(methodKey)).size).toBe(5);
  // Beside others, those on positions say so, too.
  expect(methods.map((method) => methodLabel(method, differencesOf(methods)))).toEqual([
    ...['Max, positions', 'Mean, cells', 'Mean, cells of a well', 'Mean, cropped cells', 'Cropped cells'],
  ]);
  expect(differencesOf([network('max'), baseline('cropped-cells')])).toEqual({ withHead: false, withInstances: false });
});

describe('the name of a pooling function', () => {
  it.each([
    [{ pooling: 'noisy-and', sharpness: 10 }, 'Noisy-AND a = 10'],
    [{ pooling: 'log-sum-exp', sharpness: 2.5 }, 'LSE r = 2.5'],
    [{ pooling: 'generalized-mean', sharpness: 1 }, 'GM r = 1'],
    [{ pooling: 'noisy-and' }, 'Noisy-AND'],
    // A sharpness says nothing where the function has none.
    [{ pooling: 'max', sharpness: 10 }, 'Max'],
    [{ pooling: 'mean' }, 'Mean'],
    [{ pooling: 'noisy-or' }, 'Noisy-OR'],
    [{ pooling: 'isr' }, 'ISR'],
    [{ pooling: 'attention' }, 'Gated attention'],
    // Of another version, or of a table made by hand; `constructor` is a property of every object.
    [{ pooling: 'median', sharpness: 3 }, 'median'],
    [{ pooling: 'constructor' }, 'constructor'],
  ])('%o', (given, label) => {
    expect(poolingLabel(given)).toBe(label);
  });
});

describe('the name of a method', () => {
  it('is that of its pooling function, or of the baseline with the pooling function it uses', () => {
    expect(methodLabel(network('max'))).toBe('Max');
    expect(methodLabel(network('max'), { withHead: true })).toBe('Max, softmax');
    expect(methodLabel({ ...baseline('cropped-cells'), pooling: 'mean' })).toBe('Cropped cells, Mean');
    expect(methodLabel(baseline('svm-ensemble'))).toBe('SVM ensemble (Chong 2015)');
    expect(methodLabel(baseline('factor-analysis'))).toBe('Factor analysis (Ljosa 2013)');
    expect(methodLabel(baseline('my own'))).toBe('my own');
    expect(methodLabel(baseline('field-features'), { withHead: true })).toBe('Field features');
  });

  it('is another where anything differs by which methods are told apart', () => {
    const methods = [
      network('noisy-and', 5),
      network('noisy-and', 10),
      network('noisy-and', 10, 'sigmoid'),
      network('max'),
      baseline('max'),
      { ...baseline('cropped-cells'), pooling: 'max' },
    ];
    expect(new Set(methods.map(methodKey)).size).toBe(methods.length);
    expect(methodKey({ ...network('max') })).toBe(methodKey(network('max')));
  });
});

describe('the order', () => {
  it('of methods is that of the tables: networks, flat before steep, softmax before sigmoid, then baselines', () => {
    const inOrder = [
      network('noisy-and', 2.5),
      network('noisy-and', 10, 'softmax'),
      network('noisy-and', 10, 'sigmoid'),
      network('log-sum-exp', 1),
      network('generalized-mean', 1),
      network('mean'),
      network('max'),
      network('noisy-or'),
      network('isr'),
      network('attention'),
      network('unheard-of'),
      ...['field-features', 'factor-analysis', 'svm-ensemble'].map(baseline),
      { ...baseline('cropped-cells'), pooling: 'noisy-and' },
      { ...baseline('cropped-cells'), pooling: 'max' },
      ...['mean-intensity', 'batch-alone', 'majority-class', 'my own'].map(baseline),
    ];
    expect(inOrder.toReversed().sort(compareMethods)).toEqual(inOrder);
    for (const [i, a] of inOrder.entries()) {
      for (const [j, b] of inOrder.entries()) expect(Math.sign(compareMethods(a, b))).toBe(Math.sign(i - j));
    }
  });

  it('of protocols is that in which they are explained, each under its name', () => {
    const inOrder = ['paper', 'holdout', 'replicate', 'compound', 'compound-batch', 'k-fold', 'my own'];
    expect(inOrder.toReversed().sort(compareProtocols)).toEqual(inOrder);
    expect(inOrder.map(protocolLabel)).toEqual([
      ...['paper', 'holdout', 'replicate', 'compound (NSC)', 'compound-batch (NSCB)', 'k-fold', 'my own'],
    ]);
  });

  it('knows every pooling function and every protocol', () => {
    for (const pooling of POOLING_NAMES) {
      expect(compareMethods(network(pooling), network('unheard-of'))).toBeLessThan(0);
      expect(poolingLabel({ pooling })).not.toBe(pooling);
    }
    for (const protocol of Object.keys(protocols)) expect(compareProtocols(protocol, 'my own')).toBeLessThan(0);
  });
});

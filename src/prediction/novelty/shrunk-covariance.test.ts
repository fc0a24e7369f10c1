import { expect, it } from 'vitest';
import { shrunkCovariance } from './shrunk-covariance.ts';

/** Values of `sklearn.covariance.ledoit_wolf(rows, assume_centered=True)`, scikit-learn 1.9. */
const KNOWN = [
  {
    rows: [
      [1, 0, 0, 2],
      [-1, 0, 0.5, -2],
      [0, 1, -0.5, 0],
    ],
    shrinkage: 0.2721685689201053,
    covariance: [
      [0.7460491659350307, 0, -0.12130523851331577, 0.9704419081065262],
      [0, 0.5034386889083992, -0.12130523851331577, 0],
      [-0.12130523851331577, -0.12130523851331577, 0.38213345039508334, -0.24261047702663155],
      [0.9704419081065262, 0, -0.24261047702663155, 2.20171202809482],
    ],
  },
  {
    rows: [
      [1, 2, 0.5],
      [2, 1, 1.5],
      [0, 3, -1],
      [4, 0, 2],
      [3, 5, 1],
      [-2, -1, 0],
    ].map(([a, b, c]) => [a! - 8 / 6, b! - 10 / 6, c! - 4 / 6]),
    shrinkage: 0.9754590984974953,
    covariance: [
      [2.940525876460768, 0.03135781858653372, 0.03749304396215988],
      [0.03135781858653372, 2.940525876460768, -0.008861992209237791],
      [0.03749304396215988, -0.008861992209237791, 2.868948247078463],
    ],
  },
];

it.each(KNOWN)('shrinks the covariance of %# as scikit-learn does', ({ rows, shrinkage, covariance }) => {
  const found = shrunkCovariance(rows);
  expect(found.shrinkage).toBeCloseTo(shrinkage, 12);
  for (const [i, value] of covariance.flat().entries()) expect(found.covariance[i]).toBeCloseTo(value, 12);
});

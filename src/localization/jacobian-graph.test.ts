import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { ModelDescription } from '../network/model-file.ts';
import { formulaParameters, formulaTensor } from '../network/testing/formula.ts';
import { createChainSession } from '../onnx/blocked/chain-session.ts';
import { findLanes } from '../onnx/blocked/find-lanes.ts';
import { createNodeSession } from '../onnx/node/session.ts';
import type { Session } from '../onnx/session.ts';
import { float32 } from '../onnx/tensor.ts';
import { createJacobianChain } from './jacobian-chain.ts';
import { createJacobianGraph } from './jacobian-graph.ts';

interface Digest {
  readonly sum: number;
  readonly l2: number;
  readonly first: readonly number[];
  readonly last: readonly number[];
}

/** Numbers of an independent implementation in float64, both images together. */
interface Golden {
  readonly jacobian: { readonly all: Digest; readonly class1: Digest; readonly rowSumsOfImage0All: readonly number[] };
}

const fixture = new URL('../../test/fixtures/network.json', import.meta.url);
const { jacobian: golden }: Golden = JSON.parse(await readFile(fixture, 'utf8'));
const SIDE = 96;

const about: ModelDescription = {
  version: '0',
  classes: ['a', 'b', 'c', 'd'],
  channels: ['R', 'G', 'B'],
  pooling: 'noisy-and',
  sharpness: 10,
  head: 'softmax',
  label: 'Class',
  normalization: { mean: [0, 0, 0], deviation: [1, 1, 1] },
  run: '',
};

const lanes = await findLanes(createNodeSession);

describe('the Jacobian map', () => {
  const parameters = formulaParameters({ channels: 3, classes: 4, pooling: 'noisy-and' });
  const size = { height: SIDE, width: SIDE, channelMaps: true };
  const asGraph = () =>
    createNodeSession(createJacobianGraph({ about, parameters }, size), { threads: 1, strict: true });
  const asChain = () =>
    createChainSession(createJacobianChain({ about, parameters }, size, lanes!)!, createNodeSession);

  it.skipIf(lanes === undefined)('agrees with the independent implementation within 1e-4, as a chain', async () => {
    await expectGolden(await asChain());
  });

  it('agrees with the independent implementation within 1e-4, of all classes and of one', async () => {
    await expectGolden(await asGraph());
  });

  async function expectGolden(session: Pick<Session, 'run' | 'release'>) {
    const images = formulaTensor(0, [2, 3, SIDE, SIDE], 1).data as Float32Array;
    const numbers = images.length / 2;
    const maps = async (selection: readonly number[]) => {
      const totals: number[] = [];
      for (const i of [0, 1]) {
        const image = float32(images.slice(i * numbers, (i + 1) * numbers), [1, 3, SIDE, SIDE]);
        const { total, jacobian } = await session.run({ image, classes: float32(selection, [1, 4]) });
        expect(jacobian!.shape).toEqual([1, 3, SIDE, SIDE]);
        totals.push(...(total!.data as Float32Array));
      }
      return totals;
    };
    const agree = (found: readonly number[], expected: Digest) => {
      const typical = expected.l2 / Math.sqrt(found.length);
      const close = (a: number, b: number, scale = 0) =>
        expect(Math.abs(a - b) / Math.max(Math.abs(b), scale)).toBeLessThan(1e-4);
      close(Math.hypot(...found), expected.l2);
      close(
        found.reduce((sum, v) => sum + v, 0),
        expected.sum,
      );
      for (const [i, v] of expected.first.entries()) close(found[i]!, v, typical);
      for (const [i, v] of expected.last.entries()) close(found[found.length - expected.last.length + i]!, v, typical);
    };
    const all = await maps([1, 1, 1, 1]);
    agree(all, golden.all);
    agree(await maps([0, 1, 0, 0]), golden.class1);
    for (const [row, expected] of golden.rowSumsOfImage0All.entries()) {
      const sum = all.slice(row * SIDE, (row + 1) * SIDE).reduce((total, v) => total + v, 0);
      expect(Math.abs(sum - expected), `row ${row}`).toBeLessThanOrEqual(1e-4 * expected);
    }
    await session.release();
  }
});

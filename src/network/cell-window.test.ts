import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNodeSession } from '../onnx/node/session.ts';
import { float32 } from '../onnx/tensor.ts';
import { createRandom } from '../random.ts';
import { CELL_WINDOW, shareShown } from './cell-window.ts';
import { encodeModelFile } from './model-file.ts';
import { formulaModel } from './testing/simulate.ts';

const SIDE = 64;

describe('the window of a cell', () => {
  it('shows the middle whole and the corners not at all, and less the farther out', () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 100 }), (side) => {
        const shown = shareShown(side, CELL_WINDOW);
        const middle = (side - 1) / 2;
        const distances = Array.from(shown, (_, i) => Math.hypot((i % side) - middle, Math.floor(i / side) - middle));
        const order = [...shown.keys()].sort((a, b) => distances[a]! - distances[b]!);
        const wrong = order.filter((i, place) => {
          const rises = place > 0 && shown[i]! > shown[order[place - 1]!]! + 1e-6;
          const hidesMiddle = distances[i]! <= CELL_WINDOW.full * (side / 2) && shown[i] !== 1;
          return rises || hidesMiddle || (distances[i]! >= CELL_WINDOW.zero * (side / 2) && shown[i]! > 1e-6);
        });
        expect(wrong).toEqual([]);
      }),
    );
  });

  it('hides from a model what is beside a cell, and nothing of the cell', async () => {
    const { about, parameters } = formulaModel({ instances: 'cells', cellSize: SIDE, window: CELL_WINDOW });
    const session = await createNodeSession(encodeModelFile(parameters, about), { threads: 1 });
    const random = createRandom(1, 'cell');
    const cell = Float32Array.from({ length: 2 * SIDE * SIDE }, () => 700 + 200 * random.normal());
    const changed = (where: (distance: number) => boolean) =>
      cell.map((value, i) => {
        const [x, y] = [i % SIDE, Math.floor(i / SIDE) % SIDE];
        return where(Math.hypot(x - 31.5, y - 31.5)) ? 5000 : value;
      });
    const seen = async (data: Float32Array) => {
      const { map } = await session.run({ image: float32(data, [1, 2, SIDE, SIDE]) });
      return [...(map!.data as Float32Array)];
    };
    const own = await seen(cell);
    expect(await seen(changed((distance) => distance >= CELL_WINDOW.zero * (SIDE / 2)))).toEqual(own);
    expect(await seen(changed((distance) => distance < 5))).not.toEqual(own);
    await session.release();
  });
});

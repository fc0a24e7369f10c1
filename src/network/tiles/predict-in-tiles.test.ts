import { afterAll, describe, expect, it } from 'vitest';
import { createNodeSession } from '../../onnx/node/session.ts';
import { createNodeSessionPool } from '../../onnx/node/session-pool.ts';
import { float32 } from '../../onnx/tensor.ts';
import { keepBlocks } from '../../pixels/windows/kept-blocks.ts';
import { cutBox } from '../../pixels/windows/windowed-image.ts';
import { encodeModelFile, type ModelDescription } from '../model-file.ts';
import { POOLING_NAMES } from '../pooling/poolings.ts';
import { blobs, formulaModel } from '../testing/simulate.ts';
import { createTiledPrediction } from './predict-in-tiles.ts';

/** Used by one prediction after the other, each of which loads its graphs anew. */
const pool = createNodeSessionPool({ workers: 2 });
afterAll(() => pool.release());

/** The largest difference between tiles and one pass, over all outputs. */
async function compare(changes: Partial<ModelDescription>, [height, width]: readonly [number, number], side = 32) {
  const model = formulaModel(changes);
  const field = blobs(height, width);
  const session = await createNodeSession(encodeModelFile(model.parameters, model.about), { threads: 1 });
  const whole = await session.run({ image: float32(Float32Array.from(field.data), [1, 2, height, width]) });
  await session.release();
  const tiled = await (await createTiledPrediction(model, { pool, side }))(field);
  expect([1, 3, tiled.rows, tiled.columns]).toEqual(whole.map!.shape);
  const differences = (['probability', 'bag', 'map'] as const).flatMap((name) =>
    [...tiled[name]].map((value, i) => Math.abs(value - (whole[name]!.data[i] as number))),
  );
  const spread = Math.max(...tiled.map) - Math.min(...tiled.map);
  return { worst: Math.max(...differences), spread };
}

describe('a field that is read in windows', () => {
  it.each(['screen', 'field'] as const)('has the same bytes as one in memory, normalized by %s', async (scope) => {
    const normalization = { mean: [0.3, 0.2], deviation: [0.4, 0.3], scope };
    const model = formulaModel({ normalization });
    const field = blobs(293, 741);
    const { data, channels, height, width } = field;
    let decoded = 0;
    const windows = keepBlocks(
      {
        ...{ channels, height, width, sampleBytes: data.BYTES_PER_ELEMENT, blocks: { height: 48, width: 40 } },
        async decode(box) {
          decoded += box.height * box.width;
          return cutBox(field, box);
        },
      },
      // Not all of the field, so that it is looked at in bands.
      { keptBytes: 0.8 * data.byteLength, together: 1 },
    );
    const predict = await createTiledPrediction(model, { pool, side: 32 });
    expect(await predict(windows)).toEqual(await predict(field));
    expect(decoded / (height * width)).toBeLessThan(scope === 'field' ? 3 : 2);
  });
});

describe('a field looked at in tiles gives the numbers of one pass', () => {
  it.each(POOLING_NAMES)('with %s', async (pooling) => {
    const { worst, spread } = await compare(
      { pooling, head: pooling === 'mean' ? 'sigmoid' : 'softmax' },
      [261, 293],
      64,
    );
    expect(worst).toBeLessThan(1e-5);
    // The instances differ, so a tile in the wrong place would be noticed.
    expect(spread).toBeGreaterThan(0.1);
  });

  it.each([
    [1, 63, 511],
    [1, 448, 64],
    [2, 149, 201],
    [3, 97, 131],
    [4, 16, 130],
  ])('enlarged %d times, %d×%d pixels', async (enlarge, height, width) => {
    expect((await compare({ enlarge }, [height, width])).worst).toBeLessThan(1e-5);
  });

  it('where intensities are measured against the field itself', async () => {
    const normalization = { mean: [0, 0], deviation: [1, 1], scope: 'field' as const };
    expect((await compare({ normalization }, [261, 293], 64)).worst).toBeLessThan(1e-5);
  });
});

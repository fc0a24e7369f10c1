import { afterAll, describe, expect, it } from 'vitest';
import { blobs, formulaModel } from '../network/testing/simulate.ts';
import { createNodeSessionPool } from '../onnx/node/session-pool.ts';
import type { Image } from '../pixels/pixels.ts';
import { cutBox, type WindowedImage, windowsOf } from '../pixels/windows/windowed-image.ts';
import { createJacobianMapper } from './jacobian-map.ts';
import { memoryPlanes } from './stored/stored-plane.ts';
import { createStoredMapper } from './stored-jacobian-map.ts';
import { contentOf } from './testing/stored.ts';

const pool = createNodeSessionPool({ workers: 1 });
afterAll(() => pool.release());

/** An image as one in files: nothing of it but boxes can be had. */
function inBoxes(image: Image): WindowedImage {
  const { whole: _, ...rest } = windowsOf(image);
  return { ...rest, read: async (box) => cutBox(image, box) };
}

describe('maps drawn into stored planes', () => {
  it('have the numbers of those drawn in tiles in memory', async () => {
    const model = formulaModel();
    const field = blobs(70, 200);
    const selections = [[0, 1, 2], [1]];
    const how = { pool, tile: 96, channelMaps: true };
    const draw = createJacobianMapper(model, how);
    const found = await createStoredMapper(model, how)(inBoxes(field), selections, memoryPlanes());
    for (const [i, classes] of selections.entries()) {
      const { total, channels, probability, map } = await draw(field, classes);
      expect(found.probability).toEqual(probability);
      expect(found.map).toEqual(map);
      const own = found.maps[i]!;
      expect(await contentOf(own.total.plane)).toEqual(total);
      expect(own.total.largest).toBe(total.reduce((most, value) => Math.max(most, value), 0));
      const planes = await Promise.all(own.channels!.map(async ({ plane }) => [...(await contentOf(plane))]));
      expect(Float32Array.from(planes.flat())).toEqual(channels);
    }
  });

  it('tell of every tile that is drawn', async () => {
    const told: string[] = [];
    const onTile = (done: number, total: number) => void told.push(`${done} of ${total}`);
    await createStoredMapper(formulaModel(), { pool, tile: 96, onTile })(
      inBoxes(blobs(70, 200)),
      [[0]],
      memoryPlanes(),
    );
    expect(told).toEqual(['1 of 3', '2 of 3', '3 of 3']);
  });

  it('are refused to a field with other channels', async () => {
    const draw = createStoredMapper(formulaModel(), { pool, tile: 64 });
    const field = { ...blobs(100, 100), channels: 1 };
    await expect(draw(windowsOf(field), [[0]], memoryPlanes())).rejects.toMatchObject({ tag: 'ChannelMismatch' });
  });
});

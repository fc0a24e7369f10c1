import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/temporary-folder.ts';
import { nodeFiles } from '../../../files/node-files.ts';
import { memoryPlanes } from '../../../localization/stored/stored-plane.ts';
import { contentOf } from '../../../localization/testing/stored.ts';
import { scratchPlanes } from './scratch-planes.ts';

const folder = temporaryFolder();
const places = fc.nat({ max: 1000 });

it('reads and writes boxes as planes in memory do', () =>
  fc.assert(
    fc.asyncProperty(
      fc.record({ height: fc.integer({ min: 1, max: 12 }), width: fc.integer({ min: 1, max: 12 }) }),
      fc.constantFrom('uint8' as const, 'int32' as const, 'float32' as const),
      fc.array(fc.record({ y: places, x: places, high: places, wide: places, value: fc.nat(200) }), { maxLength: 5 }),
      async (size, kind, boxes) => {
        const { signal } = new AbortController();
        const store = scratchPlanes(join(folder, 'planes'), { files: nodeFiles, signal });
        const [plane, memory] = [await store.create(kind, size), await memoryPlanes().create(kind, size)];
        for (const { y, x, high, wide, value } of boxes) {
          const [top, left] = [y % size.height, x % size.width];
          const box = { top, left, height: 1 + (high % (size.height - top)), width: 1 + (wide % (size.width - left)) };
          const numbers = (await memory.read(box)).slice().fill(value) as never;
          await plane.write(box, numbers);
          await memory.write(box, numbers);
          expect(await plane.read(box)).toEqual(await memory.read(box));
        }
        expect(await contentOf(plane)).toEqual(await contentOf(memory));
        await store.removeAll();
        expect(readdirSync(folder)).toEqual([]);
      },
    ),
  ));

it('ends when it is stopped', async () => {
  const stop = new AbortController();
  const store = scratchPlanes(join(folder, 'stopped'), { files: nodeFiles, signal: stop.signal });
  const plane = await store.create('uint8', { height: 2, width: 2 });
  stop.abort(new Error('stopped'));
  await expect(contentOf(plane)).rejects.toThrow('stopped');
  await store.removeAll();
});

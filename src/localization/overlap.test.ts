import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overlapOf } from './overlap.ts';
import { maskOf } from './testing/draw.ts';

describe('overlap', () => {
  it('is the intersection over the union, of the foreground and of the rest', () => {
    // Both 2, either 4 of 10: the rest is 6 in both, 8 in either.
    const found = overlapOf(maskOf('.###.', '.....'), maskOf('..###', '.....'));
    expect(found).toEqual({ foregroundIoU: 0.5, backgroundIoU: 0.75, meanIU: 0.625 });
  });

  it('counts every label of a label image as foreground', () => {
    const labels = { data: Int32Array.of(0, 3, 700, 0), height: 2, width: 2 };
    expect(overlapOf(maskOf('.#', '##'), labels)).toMatchObject({ foregroundIoU: 2 / 3, backgroundIoU: 1 / 2 });
  });

  it('is whole where both are empty or both are full, and none where one is', () => {
    const [empty, full, half] = [maskOf('....'), maskOf('####'), maskOf('##..')];
    expect(overlapOf(empty, empty)).toEqual({ foregroundIoU: 1, backgroundIoU: 1, meanIU: 1 });
    expect(overlapOf(full, full)).toEqual({ foregroundIoU: 1, backgroundIoU: 1, meanIU: 1 });
    expect(overlapOf(full, empty)).toEqual({ foregroundIoU: 0, backgroundIoU: 0, meanIU: 0 });
    expect(overlapOf(empty, half)).toEqual({ foregroundIoU: 0, backgroundIoU: 0.5, meanIU: 0.25 });
    expect(overlapOf(half, full)).toEqual({ foregroundIoU: 0.5, backgroundIoU: 0, meanIU: 0.25 });
  });

  it('does not ask which of the two is the reference, and is a share', () => {
    const masks = fc.array(fc.tuple(fc.nat(1), fc.nat(1)), { minLength: 0, maxLength: 12 });
    fc.assert(
      fc.property(masks, (pairs) => {
        const [one, other] = [0, 1].map((side) => ({
          data: pairs.map((p) => p[side]!),
          height: 1,
          width: pairs.length,
        }));
        const found = overlapOf(one!, other!);
        expect(overlapOf(other!, one!)).toEqual(found);
        for (const value of Object.values(found)) expect(value >= 0 && value <= 1).toBe(true);
      }),
    );
  });

  it('refuses masks of different sizes', () => {
    expect(() => overlapOf(maskOf('##'), maskOf('#', '#'))).toThrow(/differ in size/);
  });
});

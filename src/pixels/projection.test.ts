import { expect, it } from 'vitest';
import { createProjector } from './projection.ts';

const project = (how: 'maximum' | 'mean', planes: readonly (Uint8Array | Uint16Array | Float32Array)[]) => {
  const Type = planes[0]!.constructor as Uint8ArrayConstructor;
  const projector = createProjector(how, { Type, length: planes[0]!.length, planes: planes.length });
  for (const plane of planes) projector.add(plane);
  return projector.result();
};

it('keeps the type of the planes, and rounds means of whole numbers to the nearest', () => {
  const planes = [Uint16Array.of(1, 60_000, 0), Uint16Array.of(2, 50_000, 0), Uint16Array.of(2, 65_535, 1)];
  expect(project('maximum', planes)).toEqual(Uint16Array.of(2, 65_535, 1));
  expect(project('mean', planes)).toEqual(Uint16Array.of(2, 58_512, 0));
  expect(project('mean', [Uint8Array.of(255, 0), Uint8Array.of(254, 1)])).toEqual(Uint8Array.of(255, 1));
  const floats = [Float32Array.of(-3, -0.5), Float32Array.of(-2, -1)];
  expect(project('maximum', floats)).toEqual(Float32Array.of(-2, -0.5));
  expect(project('mean', floats)).toEqual(Float32Array.of(-2.5, -0.75));
});

it('loses no pixel that is not a number, wherever in the stack it is', () => {
  const [bad, good] = [Float32Array.of(Number.NaN, 1), Float32Array.of(5, 2)];
  for (const planes of [
    [bad, good],
    [good, bad],
  ]) {
    expect([...project('maximum', planes)]).toEqual([Number.NaN, 2]);
    expect(project('mean', planes)[0]).toBeNaN();
  }
});

it('takes runs of pixels to their places', () => {
  const projector = createProjector('maximum', { Type: Uint8Array, length: 4, planes: 2 });
  projector.add([9, 1, 9, 2, 9], 2, { from: 1, step: 2, count: 2 });
  projector.add([3], 3);
  expect([...projector.result()]).toEqual([0, 0, 1, 3]);
});

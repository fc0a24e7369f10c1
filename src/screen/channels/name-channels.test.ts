import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nameChannels } from './name-channels.ts';

it('names the only channel of a column after it, and several by the file or by their place', () => {
  expect(
    nameChannels([
      { column: 'DNA', taken: [0], names: ['Hoechst'] },
      { column: 'Image', taken: [0, 1], names: ['GFP', 'RFP'] },
      { column: 'Rest', taken: [1, 2] },
    ]),
  ).toEqual(['DNA', 'GFP', 'RFP', 'Rest:1', 'Rest:2']);
});

it('leads a name that is there twice by its column, and gives it up where it is twice in one column', () => {
  expect(
    nameChannels([
      { column: 'A', taken: [0, 1], names: ['DAPI', 'GFP'] },
      { column: 'B', taken: [0, 1], names: ['dapi', 'RFP'] },
      { column: 'C', taken: [0, 1, 2], names: ['Cy5', 'Cy5', 'rfp'] },
    ]),
  ).toEqual(['A:DAPI', 'GFP', 'B:dapi', 'B:RFP', 'C:0', 'C:1', 'C:rfp']);
});

it('gives no name twice, whatever the files say', () => {
  const name = fc.constantFrom('A', 'B', 'a', 'A:0', 'A:1', 'A:A', 'B:0', 'B:A:0', 'b:1');
  const channels = fc.record({
    taken: fc.constantFrom([0], [0, 1], [1, 2]),
    names: fc.option(fc.array(name, { minLength: 3, maxLength: 3 }), { nil: undefined }),
  });
  fc.assert(
    fc.property(channels, channels, (first, second) => {
      const names = nameChannels([
        { column: 'A', ...first },
        { column: 'B', ...second },
      ]);
      expect(new Set(names.map((each) => each.toLowerCase())).size).toBe(names.length);
    }),
  );
});

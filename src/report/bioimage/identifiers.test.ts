import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toIdentifiers } from './identifiers.ts';

describe('toIdentifiers', () => {
  it('keeps what is one, and mends what is none', () => {
    expect(toIdentifiers(['DNA', 'Eg5 inhibitors', 'Image:0', '3D', 'class', 'β-Tubulin', '', 'DNA'])).toEqual([
      ...['DNA', 'Eg5_inhibitors', 'Image_0', '_3D', 'class_', 'β_Tubulin', '_', 'DNA_2'],
    ]);
    expect(toIdentifiers(['a b', 'a:b', 'a b_2'])).toEqual(['a_b', 'a_b_2', 'a_b_2_2']);
  });

  it('gives as many different identifiers as there are names', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 6 })), (names) => {
        const made = toIdentifiers(names);
        expect(new Set(made).size).toBe(names.length);
        for (const one of made) expect(one).toMatch(/^[\p{XID_Start}_]\p{XID_Continue}*$/u);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channelColoursOf } from './channel-colours.ts';
import type { Colour } from './palette.ts';

const [blue, green, red, magenta, yellow, gray] = [
  [48, 96, 255],
  [32, 224, 72],
  [255, 64, 48],
  [255, 48, 224],
  [255, 224, 32],
  [255, 255, 255],
] as const satisfies Colour[];

describe('the colours of channels', () => {
  it.each([
    [
      ['DAPI', 'Tubulin', 'Actin'],
      [blue, green, red],
    ],
    [
      ['OrigDNA', 'OrigER', 'OrigRNA', 'OrigAGP', 'OrigMito'],
      [blue, green, yellow, red, magenta],
    ],
    [
      ['Hoechst 33342', 'Alexa488', 'Alexa Fluor 568', 'AF647'],
      [blue, green, red, magenta],
    ],
    [
      ['GFP', 'mCherry', 'Far Red', 'Cy5.5'],
      [green, red, magenta, yellow],
    ],
    [
      ['FITC', 'Cy3', 'Cy5', 'nuclei'],
      [green, red, magenta, blue],
    ],
    [
      ['Image:0', 'Image:1', 'Image:2'],
      [red, green, blue],
    ],
    [
      ['Brightfield', 'DNA'],
      [gray, blue],
    ],
    [
      ['internal', 'Nucleoli', 'mitotic index'],
      [magenta, yellow, green],
    ],
  ])('of %j are those of microscopists', (names, colours) => {
    expect(channelColoursOf(names)).toEqual(colours);
  });

  it('are gray for a channel alone whose name says nothing, and its own for another', () => {
    expect(channelColoursOf(['w1'])).toEqual([gray]);
    expect(channelColoursOf(['DNA'])).toEqual([blue]);
  });

  it('are those of the file where it tells a channel from the others', () => {
    const violet: Colour = [180, 0, 255];
    expect(channelColoursOf(['DAPI', 'Tubulin'], [violet, undefined])).toEqual([violet, green]);
    // As files have it whose writer knew no colours: white for all, or black.
    expect(channelColoursOf(['DAPI', 'Tubulin'], [gray, gray])).toEqual([blue, green]);
    expect(channelColoursOf(['DAPI', 'Tubulin'], [[0, 0, 0], undefined])).toEqual([blue, green]);
  });

  it('go to the next free hue where the file has given away the usual one', () => {
    expect(channelColoursOf(['Actin', 'DAPI'], [[0, 0, 255], undefined])).toEqual([[0, 0, 255], magenta]);
  });

  it('are never the same for two channels of a screen', () => {
    const name = fc.constantFrom('DNA', 'DAPI', 'GFP', 'actin', 'Cy5', 'w1', 'Image:0', 'Image:1', 'Image:2', 'BF');
    const byte = fc.nat(255);
    const colour = fc.option(fc.tuple(byte, byte, byte), { nil: undefined });
    fc.assert(
      fc.property(fc.array(fc.tuple(name, colour), { maxLength: 40 }), (channels) => {
        const colours = channelColoursOf(
          channels.map(([one]) => one),
          channels.map(([, given]) => given),
        );
        expect(new Set(colours.map(String)).size).toBe(channels.length);
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import type { Screen } from '../screen.ts';
import { chooseChannels } from './choose-channels.ts';

const channels = ['w1', 'w2', 'w3', 'Overlay:0', 'a=b'];
const screen: Screen = {
  source: 'fields.csv',
  channels,
  columns: [],
  rendered: ['Overlay:0'],
  fields: [1, 2].map((imageNumber) => ({
    ...{ imageNumber, row: imageNumber + 1, metadata: {} },
    sources: channels.map((name, plane) => ({ file: `${imageNumber}_${name}.tif`, plane })),
  })),
};
const filesOf = ({ fields }: Screen) => fields.map(({ sources }) => sources.map(({ file }) => file));

describe('channels that are chosen', () => {
  it('come in the order in which they are named, under their new names, and are all that is read', () => {
    const chosen = chooseChannels(screen, ['Actin=w3', 'DNA = W1']);
    expect(chosen.channels).toEqual(['Actin', 'DNA']);
    expect(filesOf(chosen)).toEqual([
      ['1_w3.tif', '1_w1.tif'],
      ['2_w3.tif', '2_w1.tif'],
    ]);
    expect(chosen.channelChoice).toEqual({ names: ['w3', 'w1'], of: channels });
    expect(chosen.rendered).toBeUndefined();
  });

  it('keep the names of the screen where no new ones are given', () => {
    expect(chooseChannels(screen, ['W2', 'w1']).channels).toEqual(['w2', 'w1']);
    expect(chooseChannels(screen, ['a=b', 'Red=overlay:0']).channels).toEqual(['a=b', 'Red']);
    expect(chooseChannels(screen, ['Both=a=b']).channelChoice?.names).toEqual(['a=b']);
  });

  it('are still known by their first names when they are chosen again', () => {
    const again = chooseChannels(chooseChannels(screen, ['Actin=w3', 'DNA=w1']), ['Nuclei=DNA']);
    expect(again).toMatchObject({ channels: ['Nuclei'], channelChoice: { names: ['w1'], of: channels } });
    expect(filesOf(again)).toEqual([['1_w1.tif'], ['2_w1.tif']]);
  });

  it.each([
    [['w1', 'DNA=W1'], 'is taken twice', 'w1'],
    [['DNA=w1', 'dna=w2'], 'the same name', 'dna'],
    [['DNA=w7'], 'no such channel', 'w7'],
    [['ER'], 'no such channel', 'ER'],
    [['DNA='], 'no such channel', ''],
    [['=w1'], 'needs a name', 'w1'],
  ])('are refused where they cannot be meant: %s', (texts, problem, found) => {
    expect(() => chooseChannels(screen, texts)).toThrow(
      expect.objectContaining({
        tag: 'BadOption',
        message: expect.stringContaining(problem),
        details: expect.objectContaining({ found }),
      }),
    );
  });

  it('are listed where one is not known', () => {
    expect(() => chooseChannels(screen, ['ER'])).toThrow(/some of w1, w2, w3, Overlay:0, a=b/);
    expect(() => chooseChannels(screen, ['ER'])).toThrow(/channels ER=w1\./);
    expect(() => chooseChannels(screen, ['Actin=w7'])).toThrow(/channels Actin=w1\./);
    expect(() => chooseChannels(screen, ['w1='])).toThrow(/channels NEW=w1\./);
  });
});

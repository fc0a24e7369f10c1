import { describe, expect, it } from 'vitest';
import type { Screen } from '../screen.ts';
import { chooseChannels } from './choose-channels.ts';
import { matchChannels, type TrainedChannels } from './match-channels.ts';

function screenOf(channels: readonly string[]): Screen {
  const sources = channels.map((name, plane) => ({ file: name, plane }));
  return { source: 'fields.csv', channels, columns: [], fields: [{ imageNumber: 1, row: 2, metadata: {}, sources }] };
}

/** The names that the channels of a model have on a screen, and what is said of them. */
function match(screen: Screen, trained: TrainedChannels) {
  const asked = screen.channelChoice !== undefined;
  const { screen: found, notes } = matchChannels(screen, trained, { asked, model: 'model.onnx' });
  expect(found.channels).toEqual(trained.channels);
  return { files: found.fields[0]!.sources.map(({ file }) => file), notes };
}

const renamed: TrainedChannels = {
  channels: ['DNA', 'Actin'],
  channelChoice: { names: ['w1', 'w3'], of: ['w1', 'w2', 'w3'] },
};

describe('the channels of a model', () => {
  it('are found by name, whatever their order, their case and what else there is', () => {
    expect(match(screenOf(['actin', 'ER', 'DNA', 'Brightfield']), { channels: ['DNA', 'Actin'] })).toEqual({
      files: ['DNA', 'actin'],
      notes: ['The model was trained without ER, Brightfield: these channels of the screen are left out'],
    });
    const same = screenOf(['DNA', 'Actin']);
    expect(matchChannels(same, { channels: ['DNA', 'Actin'] }, { asked: false, model: 'm' })).toEqual({
      screen: same,
      notes: [],
    });
  });

  it('are found as they were chosen in the training', () => {
    const { files, notes } = match(screenOf(['w1', 'w2', 'w3']), renamed);
    expect(files).toEqual(['w1', 'w3']);
    expect(notes[0]).toBe('Channels are named as in the training: DNA=w1, Actin=w3');
    expect(notes[1]).toContain('w2');
    // Names that were exchanged are exchanged again.
    const exchanged = { channels: ['A', 'B'], channelChoice: { names: ['B', 'A'], of: ['A', 'B'] } };
    expect(match(screenOf(['A', 'B']), exchanged).files).toEqual(['B', 'A']);
  });

  it('are found by either name, and those that a user gives are meant so', () => {
    expect(match(screenOf(['Actin', 'DNA']), renamed).files).toEqual(['DNA', 'Actin']);
    expect(match(screenOf(['w3', 'DNA']), renamed).files).toEqual(['DNA', 'w3']);
    const asked = chooseChannels(screenOf(['w1', 'w2', 'w3']), ['Actin=w1', 'DNA=w2']);
    expect(match(asked, renamed).files).toEqual(['w2', 'w1']);
    expect(match(chooseChannels(screenOf(['w1', 'w2', 'w3']), ['w3', 'w1']), renamed).files).toEqual(['w1', 'w3']);
  });

  it('are found by order where there are no names, and as many', () => {
    const rgb = { channels: ['Image:0', 'Image:1', 'Image:2'] };
    expect(match(screenOf(['Image:0', 'Image:1', 'Image:2']), rgb).notes).toEqual([]);
    expect(match(screenOf(['RGB:0', 'RGB:1', 'RGB:2']), rgb)).toEqual({
      files: ['RGB:0', 'RGB:1', 'RGB:2'],
      notes: [],
    });
    const named = match(screenOf(['RGB:0', 'RGB:1']), { channels: ['DNA', 'Actin'] });
    expect(named.files).toEqual(['RGB:0', 'RGB:1']);
    expect(named.notes).toEqual([
      'Channels are taken in their order, since they have no names: DNA=RGB:0, Actin=RGB:1',
    ]);
    const asked = chooseChannels(screenOf(['P:0', 'P:1', 'P:2']), ['P:2', 'P:0']);
    expect(match(asked, { channels: ['DNA', 'Actin'] }).files).toEqual(['P:2', 'P:0']);
    const mixed = { channels: ['DNA', 'Image:0', 'Image:1'] };
    expect(match(screenOf(['RGB:0', 'RGB:1', 'DNA']), mixed).files).toEqual(['DNA', 'RGB:0', 'RGB:1']);
  });

  it.each([
    ['other names', ['w1', 'w2'], ['DNA', 'Actin'], 'DNA=w1,Actin=w2'],
    ['one name that is other', ['DNA', 'ER', 'Tubulin'], ['DNA', 'Actin', 'Tubulin'], 'DNA,Actin=ER,Tubulin'],
    ['other names with blanks', ['Alexa 488', 'BF'], ['DNA'], '"DNA=Alexa 488"'],
    ['more places than the model has', ['I:0', 'I:1', 'I:2'], ['Image:0', 'Image:1'], 'I:0,I:1'],
    ['more places than names', ['I:0', 'I:1', 'I:2'], ['DNA', 'Actin'], 'DNA=I:0,Actin=I:1'],
  ])('are asked for where there are %s', (_, channels, wanted, option) => {
    const details = {
      ...{ file: 'fields.csv', found: channels.join(', '), expected: wanted.join(', ') },
      remedy: expect.stringContaining(`name them: channels ${option}`),
    };
    expect(() => match(screenOf(channels), { channels: wanted })).toThrow(
      expect.objectContaining({ tag: 'ChannelMismatch', details: expect.objectContaining(details) }),
    );
  });

  it('must all be there', () => {
    expect(() => match(screenOf(['DNA']), { channels: ['DNA', 'Actin'] })).toThrow(
      /found DNA; expected DNA, Actin.*needs all of its channels/,
    );
    // Of three colours the first was chosen: of a stack of five it may be another.
    const first = { channels: ['DNA'], channelChoice: { names: ['I:0'], of: ['I:0', 'I:1', 'I:2'] } };
    expect(match(screenOf(['I:0', 'I:1', 'I:2']), first).files).toEqual(['I:0']);
    expect(() => match(screenOf(['I:0', 'I:1', 'I:2', 'I:3', 'I:4']), first)).toThrow(/name them/);
  });
});

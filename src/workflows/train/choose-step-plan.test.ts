import { describe, expect, it } from 'vitest';
import { chooseStepPlan, requireStepPlan } from './choose-step-plan.ts';

const work = { channels: 3, crop: 900, enlarge: 1 };
/** A machine, with or without blocks, that counts how often it is asked. */
const machine = (lanes: 8 | 16 | 'none' = 16) => {
  const asked = { times: 0 };
  const host = {
    lanes: async () => {
      asked.times++;
      return lanes === 'none' ? undefined : lanes;
    },
  };
  return { host, asked };
};
const choose = (plan: 'auto' | 'reference' | 'blocked', more: Partial<typeof work> = {}, of = machine()) =>
  chooseStepPlan(plan, { ...work, ...more }, of.host);

describe('steps are computed', () => {
  it('in blocks where the machine can, whatever the size', async () => {
    expect(await choose('auto')).toBe('blocked');
    expect(await choose('auto', {}, machine(8))).toBe('blocked');
    expect(await choose('auto', { crop: 96 })).toBe('blocked');
    expect(await choose('auto', { crop: 32, enlarge: 2 })).toBe('blocked');
  });

  it('by the reference where the machine cannot, or the network does not fit', async () => {
    expect(await choose('auto', {}, machine('none'))).toBe('reference');
    expect(await choose('auto', { channels: 15 })).toBe('blocked');
    expect(await choose('auto', { channels: 16 })).toBe('reference');
    expect(await choose('auto', { channels: 8 }, machine(8))).toBe('reference');
    expect(await choose('auto', { crop: 6000 })).toBe('reference');
  });

  it('by the reference if asked, without a look at the machine', async () => {
    const of = machine();
    expect(await choose('reference', {}, of)).toBe('reference');
    expect(of.asked.times).toBe(0);
  });

  it.each([
    ['on this processor', {}, 'none'],
    ['images may have at most 15 channels, and have 16', { channels: 16 }, 16],
    ['squares of 6000 pixels need more than the 4 GB', { crop: 6000 }, 16],
    ['squares of 5400 pixels need more than the 4 GB', { crop: 5400, channels: 14 }, 16],
  ] as const)('not in blocks if asked where that cannot be: %s', async (reason, more, lanes) => {
    await expect(choose('blocked', more, machine(lanes))).rejects.toMatchObject({
      tag: 'BadOption',
      details: { option: 'plan', found: 'blocked', problem: expect.stringContaining(reason) },
    });
  });
});

it('blocks that cannot be are refused as soon as the channels are known', async () => {
  const channels = Array.from({ length: 16 }, (_, i) => `w${i}`);
  const { host } = machine();
  const ask = (plan: 'auto' | 'blocked') => requireStepPlan({ plan, crop: undefined, enlarge: 1 }, { channels }, host);
  await expect(ask('blocked')).rejects.toMatchObject({ tag: 'BadOption' });
  await expect(ask('auto')).resolves.toBeUndefined();
  // A crop that is too small is another matter.
  const small = { plan: 'blocked', crop: 5, enlarge: 1 } as const;
  await expect(requireStepPlan(small, { channels: ['DNA'] }, host)).resolves.toBeUndefined();
});

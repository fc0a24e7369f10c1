import { expect, it } from 'vitest';
import { createBehindWriter } from './write-behind.ts';

it('writes one after the other while its caller goes on, and waits for all when asked to', async () => {
  const { write, flush } = createBehindWriter();
  const done: string[] = [];
  const later = (name: string, milliseconds: number) => () =>
    new Promise<void>((resolve) => setTimeout(() => resolve(void done.push(name)), milliseconds));
  write(later('slow', 20));
  write(later('quick', 0));
  expect(done).toEqual([]);
  await flush();
  expect(done).toEqual(['slow', 'quick']);
});

it('says of what could not be written when it is asked to wait, and writes nothing after it', async () => {
  const { write, flush } = createBehindWriter();
  let after = false;
  write(() => Promise.reject(new Error('the disk is full')));
  write(async () => {
    after = true;
  });
  await expect(flush()).rejects.toThrow('the disk is full');
  expect(after).toBe(false);
});

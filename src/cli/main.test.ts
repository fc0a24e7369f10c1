import { Command } from 'commander';
import { expect, it } from 'vitest';
import { main } from './main.ts';

it('a bug ends with exit code 1, its stack, and whom to tell, without an address that may not exist', async () => {
  const said: string[] = [];
  const console = { out: () => {}, err: (text: string) => void said.push(text), terminal: undefined };
  const broken = () =>
    new Command('broken').action(() => {
      throw new TypeError('x is not a function');
    });
  expect(await main(['broken'], { console, commands: [broken], version: '1.0.0' })).toBe(1);
  expect(said.join('')).toMatch(
    /^milscope: this is a bug; please report it to the milscope project:\nTypeError: x is not a function\n +at /,
  );
  expect(said.join('')).not.toContain('http');
});

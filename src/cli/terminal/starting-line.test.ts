import { expect, it } from 'vitest';
import { announceStart } from './starting-line.ts';

/** What stands on a terminal, or in a file, in the order that it was written. */
function watched(terminal: { readonly width: number } | undefined) {
  const written: string[] = [];
  const write = (where: string) => (text: string) => written.push(`${where}: ${text}`);
  return { written, console: { out: write('out'), err: write('err'), terminal } };
}

it('stands on a terminal until something else is written', () => {
  const { written, console } = watched({ width: 80 });
  const { out, err } = announceStart('predict', console);
  expect(written).toEqual(['err: milscope predict: starting …']);
  out('a result\n');
  err('a message\n');
  expect(written.slice(1)).toEqual(['err: \r\x1b[K', 'out: a result\n', 'err: a message\n']);
});

it('fits a narrow terminal, so that it can be removed', () => {
  const { written, console } = watched({ width: 12 });
  announceStart('predict', console);
  expect(written).toEqual(['err: milscope pr']);
});

it('says nothing where there is no terminal, or nothing to wait for', () => {
  const file = watched(undefined);
  announceStart('predict', file.console).err('a message\n');
  expect(file.written).toEqual(['err: a message\n']);
  const help = watched({ width: 80 });
  announceStart(undefined, help.console).out('help\n');
  expect(help.written).toEqual(['out: help\n']);
});

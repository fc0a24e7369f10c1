import * as z from 'zod';
import { MilscopeError, named } from '../../../errors.ts';
import { decisiveFields } from '../../request-fields.ts';

/** Everything that decides what a command writes: results of two runs belong together where all of it is the same. */
export const identitySchema = z.object({
  /** `predict`, `segment`, `profile`. */
  command: z.string(),
  /** Version of milscope. */
  milscope: z.string(),
  /** SHA-256 of what is read, by the field of the request that names it: `model`, `screen`, `cells`. */
  inputs: z.record(z.string(), z.string()),
  /** Values of the other fields of the request that decide something; those that were not given are left out. */
  options: z.record(z.string(), z.unknown()),
});

export type Identity = z.output<typeof identitySchema>;

/**
 * The options of a request that decide what comes out, but for those that `apart` names: inputs, which are compared by their
 * contents, and what only says where results go.
 */
export function decisiveOptions(
  schema: z.ZodObject,
  request: Readonly<Record<string, unknown>>,
  { apart }: { apart: readonly string[] },
): Identity['options'] {
  const names = decisiveFields(schema).filter((name) => !apart.includes(name) && request[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, request[name]]));
}

/** What inputs are called where one is not the same. */
const INPUTS: Readonly<Record<string, string>> = { screen: 'table of the screen', cells: 'table of cells' };

/** Lets work pass that goes on with what was made before. @throws ResumeMismatch that names what differs */
export function requireSameIdentity(now: Identity, before: Identity, { file }: { file: string }): void {
  const refuse = (problem: string, details: { option?: string; found?: string; expected?: string }): never => {
    const remedy = `give the same as at first, or start anew with ${named('overwrite')}`;
    throw new MilscopeError('ResumeMismatch', { file, problem, remedy, ...details });
  };
  const pairs = (of: (identity: Identity) => Readonly<Record<string, unknown>>) => {
    const [found, expected] = [of(now), of(before)];
    const names = [...new Set([...Object.keys(found), ...Object.keys(expected)])];
    return names
      .map((name) => ({ name, found: JSON.stringify(found[name]), expected: JSON.stringify(expected[name]) }))
      .filter((pair) => pair.found !== pair.expected);
  };
  if (now.command !== before.command) {
    const [found, expected] = [`milscope ${now.command}`, `milscope ${before.command}`];
    refuse('this was begun by another command', { found, expected });
  }
  for (const { name } of pairs(({ inputs }) => inputs)) {
    refuse(`the ${INPUTS[name] ?? name} is not the one that this was begun with`, {});
  }
  for (const { name, found = 'nothing', expected = 'nothing' } of pairs(({ options }) => options)) {
    refuse('this was begun otherwise', { option: name, found, expected });
  }
  if (now.milscope !== before.milscope) {
    refuse('this was begun by another version of milscope', { found: now.milscope, expected: before.milscope });
  }
}

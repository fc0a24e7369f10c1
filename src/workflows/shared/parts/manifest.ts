import * as z from 'zod';
import { isMilscopeError, MilscopeError, named } from '../../../errors.ts';
import type { Files } from '../../../files/files.ts';
import { join } from '../../../files/paths.ts';
import { isThere, readText } from '../../../files/read-text.ts';
import { type Identity, identitySchema } from './identity.ts';
import type { PlannedPart } from './plan-parts.ts';

/** Raise it when parts of an earlier format can no longer be read. */
const FORMAT = 1;

const manifestSchema = z.object({
  format: z.literal(FORMAT),
  ...identitySchema.shape,
  /** In their order; the fields by their `ImageNumber`. */
  parts: z.array(z.object({ number: z.number(), name: z.string(), fields: z.array(z.number()) })),
});

/** What `manifest.json` of a folder of parts says: what they are made from, and which parts there will be. */
type Manifest = z.output<typeof manifestSchema>;

const manifestFile = (folder: string) => join(folder, 'manifest.json');

/** The file of a part, whether it is there already or not. */
export function partFile(folder: string, { number }: Pick<PlannedPart, 'number'>): string {
  return join(folder, 'parts', `${String(number).padStart(6, '0')}.jsonl`);
}

/** Whether work was begun in a folder of parts. */
export function isBegun(folder: string, files: Files): Promise<boolean> {
  return isThere(manifestFile(folder), files);
}

/** Whether work was begun in a folder of parts, and a part of it is done. */
export async function hasParts(folder: string, files: Files): Promise<boolean> {
  if (!(await isBegun(folder, files))) return false;
  const parts = join(folder, 'parts');
  return (await isThere(parts, files)) && (await files.list(parts)).some(({ name }) => name.endsWith('.jsonl'));
}

export async function writeManifest(
  folder: string,
  { identity, parts }: { identity: Identity; parts: readonly PlannedPart[] },
  files: Pick<Files, 'write'>,
): Promise<void> {
  const manifest: Manifest = { format: FORMAT, ...identity, parts: listed(parts) };
  await files.write(manifestFile(folder), `${JSON.stringify(manifest)}\n`);
}

/** Nothing where there is none. @throws ResumeMismatch when it cannot be understood */
export async function readManifest(folder: string, files: Files): Promise<Manifest | undefined> {
  const file = manifestFile(folder);
  if (!(await isThere(file, files))) return undefined;
  try {
    return manifestSchema.parse(JSON.parse(await readText(file, files)));
  } catch (cause) {
    if (isMilscopeError(cause)) throw cause;
    throw new MilscopeError('ResumeMismatch', {
      file,
      problem: 'the record of unfinished work cannot be understood',
      remedy: `start anew with ${named('overwrite')}`,
      cause,
    });
  }
}

/** Lets fields pass that are divided as a manifest says. @throws ResumeMismatch where the screen has others */
export function requireSameParts(parts: readonly PlannedPart[], manifest: Manifest, { file }: { file: string }): void {
  const [found, expected] = [listed(parts), manifest.parts];
  if (JSON.stringify(found) === JSON.stringify(expected)) return;
  const count = (of: Manifest['parts']) => `${of.reduce((sum, { fields }) => sum + fields.length, 0)} fields`;
  throw new MilscopeError('ResumeMismatch', {
    file,
    problem: 'the fields of the screen are not those that this was begun with',
    found: count(found),
    expected: `the ${count(expected)} of then`,
    remedy: `give the whole screen, or start anew with ${named('overwrite')}`,
  });
}

function listed(parts: readonly PlannedPart[]): Manifest['parts'] {
  return parts.map(({ number, name, fields }) => ({ number, name, fields: fields.map((field) => field.imageNumber) }));
}

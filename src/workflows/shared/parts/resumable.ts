import * as z from 'zod';
import { MilscopeError, named } from '../../../errors.ts';
import { isThere, readText } from '../../../files/read-text.ts';
import { counted } from '../../../words.ts';
import type { Host, RunningHost } from '../../host.ts';
import { requireWritable } from '../require-writable.ts';
import { type StoppedWords, untilStopped } from '../stopped.ts';
import { type Identity, identitySchema, requireSameIdentity } from './identity.ts';
import { hasParts, isBegun } from './manifest.ts';
import { openParts, type Parts, type PartsOptions } from './open-parts.ts';

/** Where resumable work keeps what it needs to know of itself. */
export interface WorkPlaces {
  /** What is written in the end: a table or a folder, which stands for all outputs. */
  readonly out: string;
  /** Folder of the parts, as long as the work is not finished. */
  readonly unfinished: string;
  /** What a finished output was made from, and the result. */
  readonly record: string;
}

/** How far earlier work at a place has come. */
export type WorkState = 'new' | 'unfinished' | 'finished';

/**
 * How far the work at a place has come, for a request that may go on with it.
 *
 * @throws CannotWrite, and OutputExists when there is unfinished work and the request says neither that it is resumed nor that it is replaced
 */
export async function stateOfWork(
  { out, unfinished, record }: WorkPlaces,
  { resume, overwrite }: { resume: boolean; overwrite: boolean },
  { files }: Pick<Host, 'files'>,
): Promise<WorkState> {
  await requireWritable(record, { files });
  if (overwrite) return 'new';
  if (resume && (await isBegun(unfinished, files))) return 'unfinished';
  const isFolder = (await files.status(out))?.kind === 'folder';
  // A folder holds more than the parts, and is in the way also without any.
  if (isFolder ? await isBegun(unfinished, files) : await hasParts(unfinished, files)) {
    throw new MilscopeError('OutputExists', {
      file: unfinished,
      problem: 'there is unfinished work of an earlier command',
      remedy: `continue it with ${named('resume')}, or replace it with ${named('overwrite')}`,
    });
  }
  return resume && (await isThere(record, files)) && (await isThere(out, files)) ? 'finished' : 'new';
}

/** What a rehearsal says of work that goes on. */
export const STATE_WORDS: Readonly<Record<WorkState, readonly string[]>> = {
  new: [],
  unfinished: ['Continues the work that was stopped, so that it takes less time than the whole.'],
  finished: ['There is nothing to do: the work is finished.'],
};

/** A request that does work anew which another would continue: what a rehearsal tries out. */
export function afresh<Request extends { readonly overwrite: boolean }>(request: Request, state: WorkState): Request {
  return { ...request, resume: false, overwrite: request.overwrite || state !== 'new' };
}

/** What resumable work is made of. */
export interface ResumableWork<Entry extends object, Result> {
  readonly places: WorkPlaces;
  readonly state: WorkState;
  readonly resume: boolean;
  readonly identity: Identity;
  /** Options that decide which outputs are made of the parts, but not what the parts hold. */
  readonly outputs: Identity['options'];
  readonly fields: PartsOptions['fields'];
  /** What is known already of what the parts need to know beside the identity, before anything is measured: what finished work is compared with. */
  readonly known?: () => Promise<PartsOptions['given']>;
  /** Measures what the parts need to know beside the identity; not asked where the work is finished. */
  readonly prepare: (host: RunningHost) => Promise<Prepared<Entry, Result>>;
}

/** The steps of resumable work. */
export interface Prepared<Entry extends object, Result> {
  readonly given?: PartsOptions['given'];
  /** Makes the results of the fields that are still to be done. */
  readonly work: (parts: Parts<Entry>, host: RunningHost) => Promise<void>;
  /** Makes the outputs of all results. */
  readonly finish: (parts: Parts<Entry>, host: RunningHost) => Promise<Result>;
}

/**
 * Does work part by part, keeping what is done, and makes the outputs in the end from the parts alone, so that they are the same
 * however often it was stopped. Finished work is not done again.
 *
 * @throws Interrupted with how to go on, ResumeMismatch, and what the steps throw
 */
export async function resumable<Entry extends object, Result>(
  { places, state, resume, identity, outputs, fields, known, prepare }: ResumableWork<Entry, Result>,
  host: RunningHost,
): Promise<Result> {
  const say = (message: string) => host.emit({ event: 'noted', message });
  const { out, unfinished: folder, record } = places;
  if (state === 'finished') {
    const finished = await readFinished<Result>(record, host);
    requireSameIdentity(withOutputs(identity, outputs), finished, { file: out });
    requireSameGiven(await hashGiven(await known?.(), fields, host), finished.given, { file: out });
    say(`${out} is finished already, so nothing is done; ${named('overwrite')} makes it anew`);
    return finished.result;
  }
  if (resume && state === 'new') say(`there is nothing to resume at ${out}, so it is begun`);
  let parts: Parts<Entry> | undefined;
  return untilStopped(
    host,
    () => stoppedWords(parts, { folder, total: fields.length }),
    async (running) => {
      const { given, work, finish } = await prepare(running);
      parts = await openParts<Entry>({ folder, identity, fields, resume: state === 'unfinished', given }, host);
      try {
        tellBegun(parts, say);
        if (parts.todo.length > 0) await work(parts, running);
        const last = parts.todo.at(-1);
        if (last) await parts.end(last);
        const result = await finish(parts, running);
        const made = { ...withOutputs(identity, outputs), given: await hashGiven(given, fields, host), result };
        await writeFinished(record, made, host);
        await parts.remove();
        return result;
      } catch (error) {
        await parts.leave();
        throw error;
      }
    },
  );
}

type Progressed = Pick<Parts<object>, 'whole' | 'again'>;

function tellBegun(parts: Progressed, say: (message: string) => void): void {
  const { fields } = parts.whole();
  if (fields > 0) say(`${fields} ${fields === 1 ? 'field is' : 'fields are'} done already`);
  if (parts.again === 0) return;
  const wells = parts.again === 1 ? '1 well is' : `${parts.again} wells are`;
  say(`${wells} done again, since something of them could not be read or has changed`);
}

function stoppedWords(
  parts: Progressed | undefined,
  { folder, total }: { folder: string; total: number },
): StoppedWords {
  const { fields } = parts?.whole() ?? { fields: 0 };
  if (fields === 0)
    return { kept: 'no well was finished, so nothing is kept', remedy: 'repeat the command to begin again' };
  return {
    kept: `${fields} of ${counted(total, 'field')} are kept in ${folder}`,
    remedy: `continue with the same command and ${named('resume')}, without ${named('overwrite')}`,
  };
}

const finishedSchema = z.object({ ...identitySchema.shape, given: z.string().optional(), result: z.unknown() });
type Finished<Result> = Identity & { readonly given?: string | undefined; readonly result: Result };

/** SHA-256 of what all fields together were given; undefined where that is nothing. */
async function hashGiven(
  given: PartsOptions['given'],
  fields: PartsOptions['fields'],
  { hash }: Pick<Host, 'hash'>,
): Promise<string | undefined> {
  const text = given?.(fields);
  return text === undefined ? undefined : hash(new TextEncoder().encode(text));
}

/** Lets finished work pass that was given the same, as far as both are known. @throws ResumeMismatch */
function requireSameGiven(now: string | undefined, before: string | undefined, { file }: { file: string }): void {
  if (now === undefined || before === undefined || now === before) return;
  throw new MilscopeError('ResumeMismatch', {
    file,
    problem: 'the intensities of the plates are not those that this was made with',
    remedy: `give the table that it was made with, or make it anew with ${named('overwrite')}`,
  });
}

function withOutputs(identity: Identity, outputs: Identity['options']): Identity {
  return { ...identity, options: { ...identity.options, ...outputs } };
}

async function writeFinished<Result>(
  record: string,
  finished: Finished<Result>,
  { files, clock }: Host,
): Promise<void> {
  const text = JSON.stringify({ ...finished, finished: clock.now().toISOString() }, undefined, 1);
  await files.write(record, `${text}\n`);
}

async function readFinished<Result>(record: string, { files }: Pick<Host, 'files'>): Promise<Finished<Result>> {
  try {
    return finishedSchema.parse(JSON.parse(await readText(record, files))) as Finished<Result>;
  } catch (cause) {
    throw new MilscopeError('ResumeMismatch', {
      file: record,
      problem: 'the record of what was made cannot be understood',
      remedy: `make the outputs anew with ${named('overwrite')}`,
      cause,
    });
  }
}

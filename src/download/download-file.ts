import { open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MilscopeError } from '../errors.ts';
import { cannotWrite } from '../files/cannot-write.ts';
import { makeFolder } from '../files/make-folder.ts';
import { discardPart, keepPart, type Origin, partOf, readPart, writeOrigin } from './part-file.ts';
import { type Answer, contentLength, isEncoded, type Patience, request, Transient, usualPatience } from './request.ts';

export interface DownloadOptions {
  readonly signal: AbortSignal;
  /** Called with the bytes of the file that are there, also when they have become fewer. */
  readonly onBytes?: (bytes: number) => void;
  /** Called with why a try failed and the pause before the next (ms). */
  readonly onRetry?: (reason: string, pause: number) => void;
  readonly patience?: Patience;
}

/** A complete file, which waits beside its place until it has been checked. */
export interface Downloaded {
  /** Where it waits. */
  readonly part: string;
  readonly bytes: number;
  /** Puts it in its place. */
  readonly keep: () => Promise<void>;
  readonly discard: () => Promise<void>;
}

/**
 * Downloads `url` to `path.part`. A part of the same file that is there already is resumed, if the server's ETag or date is
 * still that of the part (`If-Range`); otherwise the download starts again. Interrupted downloads resume after pauses that
 * grow from 1 to 30 s, or that are as long as the server asks, up to two minutes.
 *
 * @throws BadDownload when the server does not have the file or too many tries in a row have failed, CannotWrite, the
 *   signal's reason when it aborts. The part stays for the next time.
 */
export async function downloadFile(
  url: string,
  path: string,
  { signal, onBytes = () => {}, onRetry = () => {}, patience = usualPatience }: DownloadOptions,
): Promise<Downloaded> {
  const { part } = partOf(path);
  await makeFolder(dirname(path));
  let furthest = (await readPart(path))?.size ?? 0;
  for (let failures = 0; ; ) {
    try {
      await resume(url, path, { signal, onBytes, stall: patience.stall });
      const { size } = await stat(part);
      onBytes(size);
      return { part, bytes: size, keep: () => keepPart(path), discard: () => discardPart(path) };
    } catch (error) {
      if (!(error instanceof Transient)) throw signal.aborted ? error : cannotWrite(error, part);
      const size = (await readPart(path))?.size ?? 0;
      failures = size >= furthest + patience.worthwhile ? 0 : failures + 1;
      furthest = Math.max(furthest, size);
      if (failures >= patience.tries) throw givenUp(url, { failures, error });
      const pause = pauseAfter(failures, error);
      onRetry(error.message, pause);
      await patience.pause(pause, signal);
    }
  }
}

/** How long to wait before the next try, ms. */
function pauseAfter(failures: number, { retryAfter }: Transient): number {
  return retryAfter === undefined
    ? Math.min(1000 * 2 ** Math.max(0, failures - 1), 30_000)
    : Math.min(retryAfter, 120_000);
}

/** One try: resumes the part, or starts it. */
async function resume(
  url: string,
  path: string,
  { signal, onBytes, stall }: { signal: AbortSignal; onBytes: (bytes: number) => void; stall: number },
): Promise<void> {
  const begun = await readPart(path);
  const same = begun !== undefined && begun.url === url && begun.size <= (begun.total ?? Number.POSITIVE_INFINITY);
  if (same && (begun.whole || begun.size === begun.total)) return;
  const from = same && begun.validator !== null ? begun.size : 0;
  const headers: Record<string, string> = from > 0 ? { range: `bytes=${from}-`, 'if-range': begun!.validator! } : {};
  const answer = await request(url, { headers, stall, signal });

  const origin = originOf(url, answer);
  if (answer.status !== 200 && !(from > 0 && continues(answer, { from, begun: begun! }))) {
    await answer.leave();
    await discardPart(path);
    throw new Transient(`the download cannot be resumed (${answer.status})`);
  }
  const start = answer.status === 200 ? 0 : from;
  const whole = start > 0 ? { ...origin, total: begun!.total ?? origin.total } : origin;
  const file = await open(partOf(path).part, start > 0 ? 'a' : 'w');
  let size = start;
  try {
    await writeOrigin(path, whole);
    onBytes(size);
    for await (const piece of answer.pieces) {
      await file.appendFile(piece);
      size += piece.byteLength;
      onBytes(size);
    }
    await file.sync();
  } finally {
    await file.close();
    await answer.leave();
  }
  if (whole.total !== null && size !== whole.total) {
    throw new Transient(`${size} bytes arrived instead of ${whole.total}`);
  }
  await writeOrigin(path, { ...whole, total: size, whole: true });
}

function originOf(url: string, { status, headers }: Answer): Origin {
  const range = /^bytes \d+-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '');
  const length = status === 206 ? (range ? Number(range[1]) : undefined) : contentLength(headers);
  const etag = headers.get('etag');
  const strong = etag?.startsWith('"') ? etag : null;
  const validator = isEncoded(headers) ? null : (strong ?? headers.get('last-modified'));
  return { url, validator, total: length ?? null, whole: false };
}

/** Whether an answer of 206 is the rest of the part, whatever the server made of If-Range. */
function continues({ status, headers }: Answer, { from, begun }: { from: number; begun: Origin }): boolean {
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
  if (status !== 206 || isEncoded(headers) || Number(range?.[1]) !== from) return false;
  const [etag, modified] = [headers.get('etag'), headers.get('last-modified')];
  const known = begun.validator!.startsWith('"') ? etag : modified;
  const sameTotal = begun.total === null || range![2] === '*' || Number(range![2]) === begun.total;
  return sameTotal && (known === null || known === begun.validator);
}

function givenUp(url: string, { failures, error }: { failures: number; error: Transient }): MilscopeError {
  return new MilscopeError('BadDownload', {
    file: url,
    problem: `the download failed ${failures} times in a row`,
    found: error.message,
    remedy: 'run the same command again later to resume',
    cause: error,
  });
}

import { setTimeout as wait } from 'node:timers/promises';
import { MilscopeError } from '../errors.ts';

/** A failure that the next try may not have: a cut connection, a stall, an overloaded server. */
export class Transient extends Error {
  override readonly name = 'Transient';
  /** How long the server asks clients to wait, ms. */
  readonly retryAfter: number | undefined;

  constructor(message: string, { retryAfter, cause }: { retryAfter?: number | undefined; cause?: unknown } = {}) {
    super(message, { cause });
    this.retryAfter = retryAfter;
  }
}

/** How patient requests are. */
export interface Patience {
  /** How long a connection may be silent before it is given up, ms. */
  readonly stall: number;
  /** Tries in a row that may bring too little, see `worthwhile`. */
  readonly tries: number;
  /** Bytes that a failed try must have brought not to count, so that an endless trickle has an end. */
  readonly worthwhile: number;
  /** Waits some milliseconds; rejects when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** A minute of silence is a stall; six tries take half a minute of pauses. */
export const usualPatience: Patience = {
  stall: 60_000,
  tries: 6,
  worthwhile: 2 ** 20,
  pause: (ms, signal) => wait(ms, undefined, { signal }),
};

export interface RequestOptions {
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  readonly stall: number;
  readonly signal: AbortSignal;
}

/** An answer whose body has not been read yet. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The body in pieces. @throws Transient when it breaks off or stalls */
  readonly pieces: AsyncIterable<Uint8Array>;
  /** Ends the connection when the body is not wanted. */
  readonly leave: () => Promise<void>;
}

/**
 * Asks for `url`, following redirections. Answers of 200, 206 and 416 are returned.
 *
 * @throws Transient for a connection that fails or stalls and for answers of 408, 425, 429 and from 500; BadDownload for
 *   every other answer; the signal's reason when it aborts.
 */
export async function request(
  url: string,
  { method = 'GET', headers = {}, stall, signal }: RequestOptions,
): Promise<Answer> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const forward = () => controller.abort(signal.reason);
  signal.addEventListener('abort', forward, { once: true });
  const timer = setTimeout(() => controller.abort(new Transient(`nothing arrived for ${stall / 1000} s`)), stall);
  const end = () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', forward);
  };
  // What fetch and its body throw after an abort differs from one version of Node to the next.
  const failure = (error: unknown) => (controller.signal.aborted ? controller.signal.reason : asTransient(error));

  let response: Response;
  try {
    // A body that is compressed for transport could not be resumed.
    const asked = { 'accept-encoding': 'identity', ...headers };
    response = await fetch(url, { method, headers: asked, signal: controller.signal });
  } catch (error) {
    end();
    throw failure(error);
  }
  const leave = async () => {
    end();
    await response.body?.cancel().catch(() => undefined);
  };
  if (![200, 206, 416].includes(response.status)) {
    await leave();
    throw refusal(url, response);
  }
  return {
    status: response.status,
    headers: response.headers,
    leave,
    pieces: (async function* () {
      try {
        for await (const piece of response.body ?? []) {
          timer.refresh();
          yield piece;
        }
      } catch (error) {
        throw failure(error);
      } finally {
        end();
      }
    })(),
  };
}

/** The size of `url` in bytes; undefined if the server does not state it. @throws the signal's reason */
export async function remoteSize(
  url: string,
  { stall, signal }: Pick<RequestOptions, 'stall' | 'signal'>,
): Promise<number | undefined> {
  try {
    const { status, headers, leave } = await request(url, { method: 'HEAD', stall, signal });
    await leave();
    return status === 200 ? contentLength(headers) : undefined;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** The length that an answer states; undefined without one, and for compressed bytes. */
export function contentLength(headers: Headers): number | undefined {
  const text = headers.get('content-length');
  if (text === null || !/^\d+$/.test(text) || isEncoded(headers)) return undefined;
  return Number(text);
}

/** Whether the bytes that arrive are encoded, and so not those of the file. */
export function isEncoded(headers: Headers): boolean {
  return !['identity', ''].includes(headers.get('content-encoding')?.trim().toLowerCase() ?? '');
}

function asTransient(error: unknown): unknown {
  if (!(error instanceof TypeError)) return error;
  const { cause } = error;
  const reason = cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : undefined;
  return new Transient(reason ?? error.message, { cause: error });
}

function refusal(url: string, { status, statusText, headers }: Response): Error {
  const answer = `${status} ${statusText}`.trim();
  if (status >= 500 || [408, 425, 429].includes(status)) {
    return new Transient(answer, { retryAfter: parseRetryAfter(headers.get('retry-after')) });
  }
  const gone = status === 404 || status === 410;
  return new MilscopeError('BadDownload', {
    file: url,
    problem: gone ? 'the server does not have this file' : 'the server refuses to send this file',
    found: answer,
  });
}

/** Seconds, or a date. */
function parseRetryAfter(text: string | null): number | undefined {
  if (text === null) return undefined;
  const ms = /^\d+$/.test(text.trim()) ? 1000 * Number(text) : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

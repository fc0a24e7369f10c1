import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a file is served, well unless it says otherwise. */
export interface Serving {
  readonly body: Uint8Array;
  /** An ETag; null for none. */
  readonly etag?: string | null;
  readonly modified?: string;
  /** Another status, with nothing. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly ignoreRange?: boolean;
  /** Sends a part whether or not it is one of what was begun. */
  readonly ignoreIfRange?: boolean;
  /** Bytes after which the connection is cut. */
  readonly cutAfter?: number;
  /** Milliseconds until the connection is cut then, since the client loses what it has not taken from it yet. */
  readonly settle?: number;
  /** Bytes after which nothing comes any more. */
  readonly stallAfter?: number;
  /** Another length than the one that it has; null for none. */
  readonly length?: number | null;
  /** Milliseconds between pieces of 1024 bytes. */
  readonly slow?: number;
}

/** A request that has come. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
}

/** A server of files on this computer, as bad as a test wants it. */
export interface FileServer {
  /** Ends with `/`. */
  readonly url: string;
  readonly seen: Seen[];
  readonly close: () => Promise<void>;
}

/** Starts a server; `serve` is asked for every request, with the number of requests of this path and method before. */
export async function startFileServer(
  serve: (path: string, before: number, method: string) => Serving | undefined,
): Promise<FileServer> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const [path, method] = [decodeURIComponent(request.url!.slice(1)), request.method!];
    const before = seen.filter((one) => one.path === path && one.method === method).length;
    seen.push({ method, path, range: request.headers.range });
    answer(request, response, serve(path, before, method));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(request: IncomingMessage, response: ServerResponse, serving: Serving | undefined): void {
  const status = serving === undefined ? 404 : serving.status;
  if (serving === undefined || status !== undefined) {
    response.writeHead(status!, serving?.headers).end('no');
    return;
  }
  const { body, etag = '"one"', modified, ignoreRange, ignoreIfRange, headers } = serving;
  const condition = request.headers['if-range'];
  const isSame = ignoreIfRange || condition === undefined || condition === etag || condition === modified;
  const range = ignoreRange || !isSame ? null : /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  const from = range ? Number(range[1]) : 0;
  const length = serving.length === undefined ? body.length - from : serving.length;
  const head = {
    ...(etag === null ? {} : { etag }),
    ...(modified === undefined ? {} : { 'last-modified': modified }),
    ...(range ? { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` } : {}),
    ...(length === null ? {} : { 'content-length': String(length) }),
    ...headers,
  };
  if (range && from >= body.length) {
    response.writeHead(416, { 'content-range': `bytes */${body.length}` }).end();
    return;
  }
  response.writeHead(range ? 206 : 200, head);
  if (request.method === 'HEAD') response.end();
  else void send(response, body.subarray(from), serving);
}

async function send(
  response: ServerResponse,
  rest: Uint8Array,
  { cutAfter, settle = 150, stallAfter, slow }: Serving,
): Promise<void> {
  const stop = cutAfter ?? stallAfter;
  const bytes = stop === undefined ? rest : rest.subarray(0, stop);
  const step = slow === undefined ? bytes.length : 1024;
  for (let at = 0; at < bytes.length; at += step) {
    await new Promise((resolve) => response.write(bytes.subarray(at, at + step), resolve));
    if (slow !== undefined) await new Promise((resolve) => setTimeout(resolve, slow));
  }
  if (cutAfter !== undefined && cutAfter < rest.length) setTimeout(() => response.destroy(), settle);
  else if (stallAfter === undefined || stallAfter >= rest.length) response.end();
}

import * as ort from 'onnxruntime-node';
import { startChild } from '../../threads/start-child.ts';
import type { ProviderAnswer } from './try-provider.child.ts';

/** An execution provider of ONNX Runtime, and whether it computes correctly on this machine. */
export interface TriedProvider {
  readonly name: string;
  readonly works: boolean;
  /** Why it does not work, in the words of the runtime. */
  readonly reason?: string;
}

/** Names of the providers that this build of ONNX Runtime lists, whether or not they work. */
export function listProviders(): string[] {
  return ort.listSupportedBackends().map(({ name }) => name);
}

/** Largest allowed difference: some graphics processors multiply with a mantissa of ten bits. */
const TOLERANCE = 0.05;

/**
 * Computes a small graph with a provider and compares the numbers, in a process of its own: a provider whose driver is
 * missing may end its process. One that does not answer within `timeout` milliseconds does not work.
 */
export async function tryProvider(name: string, { timeout = 60_000 } = {}): Promise<TriedProvider> {
  const child = startChild('./try-provider.child', { from: import.meta.url, args: [name] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (text) => {
      said = `${said}${text}`.slice(-2000);
    });
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), timeout);
  const answer = await new Promise<ProviderAnswer>((resolve) => {
    child.once('message', (message) => resolve(message as ProviderAnswer));
    child.once('error', (error) => resolve({ error: error.message }));
    // Not "exit", which may come before the last message.
    child.once('close', (code, signal) => {
      const end = child.killed
        ? `it did not answer within ${timeout / 1000} s`
        : `it ended the process (${signal ?? code})`;
      resolve({ error: [end, lastLine(said)].filter(Boolean).join(': ') });
    });
  });
  clearTimeout(timer);
  if ('error' in answer) return { name, works: false, reason: firstLine(answer.error) };
  if (answer.largestDifference <= TOLERANCE) return { name, works: true };
  return { name, works: false, reason: `its numbers are wrong by up to ${answer.largestDifference}` };
}

const lines = (text: string) => text.split('\n').filter((line) => line.trim() !== '');
/** The first sentence of the runtime's message, without the location in its source. */
const firstLine = (text: string) => (lines(text)[0] ?? '').replace(/^.* was false\. /, '');
const lastLine = (text: string) => lines(text).at(-1) ?? '';

import { parentPort } from 'node:worker_threads';
import { type CarriedError, packError } from './carry-error.ts';

/** What a pool sends to a worker thread. */
export type Asked<Request> = { readonly request: Request } | 'end';

/** What a worker thread sends back. */
export type Answered<Answer> = { readonly answer: Answer } | { readonly error: CarriedError };

/**
 * Makes the worker thread that calls it answer what its pool asks, until it is released: then `end`. The memory that
 * `givenAway` finds in an answer is handed over rather than copied; the worker must not use it any more.
 */
export function answerRequests<Request, Answer>(
  answer: (request: Request) => Answer | Promise<Answer>,
  {
    end,
    givenAway = () => [],
  }: {
    readonly end?: () => Promise<void>;
    readonly givenAway?: (answer: Answer) => readonly ArrayBuffer[];
  } = {},
): void {
  const port = parentPort!;
  port.on('message', async (asked: Asked<Request>) => {
    try {
      if (asked === 'end') {
        await end?.();
        port.close();
        return;
      }
      const answered = { answer: await answer(asked.request) } satisfies Answered<Answer>;
      port.postMessage(answered, givenAway(answered.answer));
    } catch (error) {
      port.postMessage({ error: packError(error) } satisfies Answered<Answer>);
    }
  });
}

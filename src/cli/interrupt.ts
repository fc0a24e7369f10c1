import { MilscopeError } from '../errors.ts';

/** Lets long work end well on Ctrl-C: the first time it is only asked to, the second time the process ends. */
export function interruptible(): {
  readonly asked: () => boolean;
  /** Aborts when it is asked to, for work that can be broken off anywhere. */
  readonly signal: AbortSignal;
  readonly end: () => void;
} {
  const controller = new AbortController();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const listen = () => {
    for (const signal of signals) process.off(signal, listen);
    controller.abort(new MilscopeError('Interrupted', { problem: 'stopped' }));
  };
  for (const signal of signals) process.on(signal, listen);
  return {
    asked: () => controller.signal.aborted,
    signal: controller.signal,
    end: () => {
      for (const signal of signals) process.off(signal, listen);
    },
  };
}

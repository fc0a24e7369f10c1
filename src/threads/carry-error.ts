import { type ErrorDetails, type ErrorTag, isMilscopeError, MilscopeError } from '../errors.ts';

/** An error as a message between threads, which keeps of an error no more than its name, message and stack. */
export type CarriedError =
  | { readonly kind: 'known'; readonly tag: ErrorTag; readonly details: ErrorDetails }
  | { readonly kind: 'other'; readonly error: unknown; readonly about: Readonly<Record<string, unknown>> };

/** Packs an error, so that {@link unpackError} gives the like in another thread. */
export function packError(error: unknown): CarriedError {
  if (isMilscopeError(error)) {
    const { cause: _, ...details } = error.marked;
    return { kind: 'known', tag: error.tag, details };
  }
  const { code, syscall, path } = (error ?? {}) as Record<string, unknown>;
  return { kind: 'other', error, about: { code, syscall, path } };
}

export function unpackError(carried: CarriedError): unknown {
  if (carried.kind === 'known') return new MilscopeError(carried.tag, carried.details as never);
  const { error, about } = carried;
  return error instanceof Error && about.code !== undefined ? Object.assign(error, about) : error;
}

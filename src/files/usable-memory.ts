import { totalmem } from 'node:os';
import { constrainedMemory } from 'node:process';

/** Bytes of memory that this process may use: those of the computer, or of the container that it runs in. */
export function usableMemory(): number {
  const allowed = constrainedMemory();
  return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
}

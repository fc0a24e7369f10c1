import { MessageChannel } from 'node:worker_threads';

/** Just less than the most that glibc learns from, 32 MiB. */
const BYTES = 2 ** 25 - 2 ** 16;

/**
 * Makes the C library of Linux keep freed memory for the next array, instead of giving it back to the system after each
 * and taking it anew, one page fault every 4 KB. glibc learns from what is freed: blocks up to the largest that it saw are
 * kept, as long as no more than twice as much is free at the end of a heap. So one block is taken, which costs nothing
 * since no page of it is touched, and freed at once: a message that nobody receives owns its memory and is dropped.
 * Elsewhere this does nothing.
 */
export function keepMemory(): void {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  const block = new ArrayBuffer(BYTES);
  port1.postMessage(block, [block]);
  port1.close();
}

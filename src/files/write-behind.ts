/** Writes files while their caller goes on. */
export interface BehindWriter {
  /** Begins to write when all that was asked for before is there. What is written must not change meanwhile. */
  readonly write: (work: () => Promise<void>) => void;
  /** Waits until all is there. @throws what the first threw that could not be written; what came after it is not written */
  readonly flush: () => Promise<void>;
}

/** A file is safe only when the disk has it, which takes tenths of a second: a training does not wait for it. */
export function createBehindWriter(): BehindWriter {
  let written: Promise<void> = Promise.resolve();
  return {
    write(work) {
      written = written.then(work);
      // It is thrown by `flush`.
      written.catch(() => undefined);
    },
    flush: () => written,
  };
}

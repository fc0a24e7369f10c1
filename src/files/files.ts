/** What stands in a folder. */
export interface FolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder';
}

/** What is known of a path without reading it. */
export interface FileStatus {
  readonly kind: 'file' | 'folder' | 'other';
  /** Bytes of a file. */
  readonly size: number;
  /** When it was last changed, milliseconds since 1970. */
  readonly changed: number;
}

/** A stretch of a file, in bytes; it may reach beyond the end. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** A file that is written in pieces beside its place, and stands there whole or not at all. */
export interface OpenFile {
  /** Follows what was written before; await it before writing the next piece. */
  readonly write: (piece: string | Uint8Array) => Promise<void>;
  /** Replaces bytes that were written before, from `offset` on: for what is known only in the end. */
  readonly patch: (offset: number, bytes: Uint8Array) => Promise<void>;
  /** Ends the file and puts it in its place. */
  readonly keep: () => Promise<void>;
  /** Leaves no trace of it. */
  readonly discard: () => Promise<void>;
}

/** A file for numbers that do not fit into memory: bytes anywhere in it, zero until they are written. It goes in the end. */
export interface ScratchFile {
  /** Fills `into` with the bytes from `offset` on. */
  readonly read: (into: Uint8Array, offset: number) => void;
  readonly write: (bytes: Uint8Array, offset: number) => void;
  readonly remove: () => Promise<void>;
}

/**
 * Files, wherever they are: on the disk of this computer, or picked by the user of a page. Paths are absolute, or relative to
 * a folder that whoever made this knows. What fails rejects with an error whose `code` is that of Node: `ENOENT` where there is
 * nothing, `ENOTDIR`, `EISDIR`, `EACCES` and so on.
 */
export interface Files {
  /** The entries of a folder, sorted by name. Links count as what they lead to; those that lead nowhere are left out. */
  readonly list: (folder: string) => Promise<readonly FolderEntry[]>;
  /** Undefined where there is nothing. */
  readonly status: (path: string) => Promise<FileStatus | undefined>;
  /** The path of a file or folder with every link followed; not given where there are no links. */
  readonly real?: (path: string) => Promise<string>;
  /** The bytes of a file, or of a range of it: fewer than asked for where the file ends. */
  readonly read: (path: string, range?: ByteRange) => Promise<Uint8Array>;
  /** The bytes of a file from its beginning to its end, in pieces; for what should not be held whole. */
  readonly stream: (path: string) => AsyncIterable<Uint8Array>;
  /**
   * Writes a whole file beside its place and renames it into it, so that a killed process leaves the whole old file or the
   * whole new one. Makes missing folders.
   */
  readonly write: (path: string, content: string | Uint8Array | Iterable<Uint8Array>) => Promise<void>;
  /** Begins a file that is too long to be held whole, as {@link Files.write} writes it. */
  readonly open: (path: string) => Promise<OpenFile>;
  /**
   * Makes a file of `length` bytes that only this process uses, and that goes even when the process is killed, where the system
   * can do that. Not given where there is no disk: then such numbers stay in memory.
   */
  readonly scratch?: (path: string, length: number) => Promise<ScratchFile>;
  /** Moves a file or folder, replacing a file that is in its place. */
  readonly rename: (from: string, to: string) => Promise<void>;
  /** Removes a file, or a folder with all that is in it; nothing happens where there is neither. */
  readonly remove: (path: string) => Promise<void>;
}

/** What is needed of files to read those that are there. */
export type ReadFiles = Pick<Files, 'list' | 'status' | 'read'>;

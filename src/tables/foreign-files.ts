import { MilscopeError } from '../errors.ts';
import { utf16Of } from './text-encoding.ts';

/** A kind of file that is no table which can be read: how it is told, and the way out. */
interface ForeignFile {
  readonly begins: (beginning: Uint8Array, text: string) => boolean;
  readonly problem: string;
  readonly remedy: string;
}

/** Whether the bytes of a file at `offset` are these; letters stand for their codes. */
const at =
  (offset: number, ...signatures: readonly (string | readonly number[])[]) =>
  (bytes: Uint8Array): boolean =>
    signatures.some((signature) => {
      const wanted =
        typeof signature === 'string' ? Array.from(signature, (letter) => letter.charCodeAt(0)) : signature;
      return wanted.every((byte, i) => bytes[offset + i] === byte);
    });

const both =
  (...tests: readonly ForeignFile['begins'][]): ForeignFile['begins'] =>
  (bytes, text) =>
    tests.every((test) => test(bytes, text));

const compound = at(0, [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
const hasZero = (bytes: Uint8Array): boolean => bytes.includes(0);
const holding = (pattern: RegExp) => (_: Uint8Array, text: string) => pattern.test(text);

const image = 'give the table that names the images, or the folder they are in as the screen';
const asTable = 'save it as .xlsx, .csv or .parquet, and give that';

/** The first that fits counts. */
const foreign: readonly ForeignFile[] = [
  {
    // The names in such a file are UTF-16.
    begins: both(compound, holding(/E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e/)),
    problem: 'this workbook is protected by a password',
    remedy: 'open it in Excel, take the password off (File, Info, Protect Workbook), and save it',
  },
  {
    begins: compound,
    problem: 'this is a file of an old version of Office, such as an Excel workbook (.xls)',
    remedy: 'open it in Excel or LibreOffice, and save it as .xlsx or .csv',
  },
  {
    begins: both(at(0, 'ARROW1', 'FEA1', [0xff, 0xff, 0xff, 0xff]), hasZero),
    problem: 'this is an Arrow or Feather file',
    remedy: 'write it as Parquet: in Python, pandas.read_feather("t.feather").to_parquet("t.parquet")',
  },
  {
    begins: at(0, 'SQLite format 3'),
    problem: 'this is an SQLite database',
    remedy: 'export the table in it: sqlite3 -header -csv data.sqlite "SELECT * FROM Per_Image" > table.csv',
  },
  {
    begins: at(0, [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]),
    problem: 'this is an HDF5 file',
    remedy: 'write the table in it as CSV or Parquet: in Python, pandas.read_hdf("t.h5").to_parquet("t.parquet")',
  },
  {
    begins: at(0, 'RDX2\n', 'RDX3\n', 'RDA2\n', 'RDA3\n', 'X\n\0\0\0'),
    problem: 'this is a file of R (.rds or .RData)',
    remedy: 'write the table as CSV: in R, write.csv(readRDS("t.rds"), "t.csv", row.names = FALSE)',
  },
  {
    begins: both(at(0, [0x80, 2], [0x80, 3], [0x80, 4], [0x80, 5]), hasZero),
    problem: 'this is a pickle of Python',
    remedy: 'write the table as Parquet: in Python, pandas.read_pickle("t.pkl").to_parquet("t.parquet")',
  },
  {
    begins: at(0, [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], 'MATLAB 5.0 MAT-file'),
    problem: 'this is an array of NumPy or MATLAB',
    remedy: 'write it as CSV with a header',
  },
  {
    begins: at(0, [0x28, 0xb5, 0x2f, 0xfd], 'BZh91AY&SY', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], [0x37, 0x7a, 0xbc, 0xaf]),
    problem: 'this file is compressed, and not with gzip',
    remedy: 'unpack it first (unzstd, bunzip2, unxz or 7z x), and give the table in it',
  },
  {
    begins: at(
      0,
      'II*\0',
      'MM\0*',
      'II+\0',
      'MM\0+',
      '\u0089PNG',
      'GIF87a',
      'GIF89a',
      [0xff, 0xd8, 0xff],
      '\0\0\0\x0cjP  ',
    ),
    problem: 'this is an image, not a table',
    remedy: image,
  },
  {
    // The version of ONNX, and behind it a field of text or a graph.
    begins: both(at(0, [8]), ([, version = 0, next = 0]) => version < 32 && next % 8 === 2 && next < 72, hasZero),
    problem: 'this is a model, not a table',
    remedy: 'give the table: a model has an option or a place of its own',
  },
  {
    begins: at(0, '%PDF-'),
    problem: 'this is a PDF, not a table',
    remedy: 'copy its table into a spreadsheet, and save that as .xlsx or .csv',
  },
  {
    begins: holding(/^\s*(<!doctype html|<html)/i),
    problem: 'this is a web page, not a table',
    remedy: 'download the table itself: a page in its place often asks to log in. A spreadsheet saves a page as .xlsx',
  },
  {
    begins: holding(/^\s*<\?xml/i),
    problem: 'this is XML, not a table',
    remedy: `where it is a spreadsheet, ${asTable}`,
  },
  {
    begins: holding(/^\s*(\{\s*("|\}|\r?\n)|\[\s*(\{|\[|\]))/),
    problem: 'this is JSON, not a table',
    remedy: 'write it as CSV or Parquet: in Python, pandas.read_json("t.json").to_csv("t.csv", index=False)',
  },
];

/** Text of bytes, one letter each, so that signatures can be looked for; of UTF-16 and UTF-8 without its mark. */
function lettersOf(beginning: Uint8Array): string {
  const start = at(0, [0xef, 0xbb, 0xbf])(beginning) ? 3 : 0;
  return new TextDecoder('latin1').decode(beginning.subarray(start));
}

/**
 * Refuses a file that begins as one that is no table: an old or foreign spreadsheet, a database, an image, a model, or
 * anything else that is no text.
 *
 * @throws BadTable with the way out
 */
export function refuseForeign(file: string, beginning: Uint8Array): void {
  const text = lettersOf(beginning);
  const kind = foreign.find(({ begins }) => begins(beginning, text)) ?? binaryOf(beginning);
  if (kind === undefined) return;
  throw new MilscopeError('BadTable', {
    file,
    problem: kind.problem,
    expected: 'a CSV, TSV, Excel (.xlsx) or Parquet file',
    remedy: kind.remedy,
  });
}

/** What holds bytes of value 0 is no text, unless it is UTF-16. */
function binaryOf(beginning: Uint8Array): Pick<ForeignFile, 'problem' | 'remedy'> | undefined {
  if (utf16Of(beginning) !== undefined || !hasZero(beginning)) return undefined;
  return { problem: 'this is a binary file, not a table', remedy: `where it is a spreadsheet, ${asTable}` };
}

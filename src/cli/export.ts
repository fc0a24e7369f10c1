import { extname } from 'node:path';
import { MilscopeError } from '../errors.ts';
import { sha256 } from '../files/hash.ts';
import { writeWhole } from '../files/write-whole.ts';
import { defaultDescription, defaultName, defaultTags, type ModelCard } from '../report/bioimage/description.ts';
import { nodeAccess } from '../screen/node/access.ts';
import type { ScreenOptions } from '../screen/screen-options.ts';
import { openTrainedModel, type TrainedModel } from '../workflows/export/trained-model.ts';
import { makePackage, type Package } from '../workflows/export/write-package.ts';
import { requireChannels } from '../workflows/shared/open-model.ts';
import { requireNewFile } from '../workflows/shared/table-output.ts';
import type { CommonOptions, Console } from './console.ts';
import type { CreateCommand } from './main.ts';
import { openScreen } from './open-screen.ts';
import { createCommand, repeated } from './options.ts';
import { addScreenOptions, SCREEN_ARGUMENT } from './screen-options.ts';

interface ExportOptions extends CommonOptions, ScreenOptions {
  readonly out: string;
  readonly screen?: string;
  readonly name?: string;
  readonly description?: string;
  readonly author?: readonly string[];
  readonly license?: string;
  readonly tag?: readonly string[];
  readonly overwrite: boolean;
}

/** What a model is licensed under unless its owner says otherwise. */
const LICENSE = 'CC-BY-4.0';
/** The specification wants an author; this one claims nothing. */
const NO_AUTHOR = 'Author not stated';

/** `export <model> --out <file>`: a bioimage.io package, or the plain ONNX file. */
export const createExportCommand: CreateCommand = (console) =>
  addScreenOptions(
    createCommand('export', 'Make a package of a model for bioimage.io and the programs that read its packages.')
      .argument('<model>', 'run folder, or its model.onnx')
      .requiredOption('--out <file>', 'a package (.zip), or the model alone (.onnx)')
      .option('--screen <screen>', `take test input and cover from a field of it: ${SCREEN_ARGUMENT}`)
      .option('--name <text>', 'name of the model: 5 to 128 letters, digits, blanks, _ + - ( )')
      .option('--description <text>', 'what the model does (default: classes, channels and pooling in a sentence)')
      .option('--author <name>', 'who made the model; may be given several times', repeated)
      .option('--license <id>', `SPDX identifier of the licence of the model (default: ${LICENSE})`)
      .option('--tag <word>', 'add a tag; may be given several times', repeated),
  )
    .option('--overwrite', 'replace the file', false)
    .action(async (path: string, options: ExportOptions) => {
      const result = await exportWith(path, { options, console, epoch: process.env.SOURCE_DATE_EPOCH });
      console.out(options.json ? `${JSON.stringify(result, undefined, 2)}\n` : summary(result, options));
    });

interface ExportResult {
  readonly out: string;
  readonly kind: 'bioimage.io' | 'onnx';
  /** SHA-256 of the model. */
  readonly model: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly files: Package['files'];
  /** Whether figures of the tested fields stand in the documentation. */
  readonly validation: boolean;
}

function summary(result: ExportResult, { author, license }: ExportOptions): string {
  const { out, kind, files, bytes } = result;
  if (kind === 'onnx') return `The model: ${out}\n`;
  const listed = files.map((file) => `  ${file.name.padEnd(28)}${`${Math.ceil(file.bytes / 1000)} kB`.padStart(9)}\n`);
  const hints = [
    ...(author === undefined ? ['No author is named: --author NAME'] : []),
    ...(license === undefined ? [`The licence is ${LICENSE}: --license says another`] : []),
    ...(result.validation ? [] : ['No figures of a run stand beside the model: its README says that none are there']),
  ];
  return `A bioimage.io package of ${Math.ceil(bytes / 1000)} kB: ${out}\n${listed.join('')}${hints.map((hint) => `${hint}.\n`).join('')}`;
}

async function exportWith(
  path: string,
  { options, console, epoch }: { options: ExportOptions; console: Console; epoch: string | undefined },
): Promise<ExportResult> {
  const { out, overwrite, threads } = options;
  const kind = kindOf(options);
  await requireNewFile(out, { overwrite }, nodeAccess);
  const time = readEpoch(epoch);
  const model = await openTrainedModel(path);
  const written = async (content: Uint8Array, files: Package['files'] = []): Promise<ExportResult> => {
    await writeWhole(out, content);
    const { length: bytes } = content;
    return {
      out,
      kind,
      model: model.hash,
      bytes,
      sha256: sha256(content),
      files,
      validation: model.validation !== undefined,
    };
  };
  if (kind === 'onnx') return written(model.bytes);
  refusePlates(model);
  const card = cardOf(model, { options, time });
  const screen = options.screen === undefined ? undefined : await openScreen(options.screen, options, console);
  if (screen) requireChannels(screen, model.about, model.path);
  const note = (message: string) => console.err(`${message}\n`);
  const { zip, files } = await makePackage(model, { card, screen, threads, note });
  return written(zip, files);
}

/** What is to be written. @throws BadOption for another file, or where a plain model is given words. */
function kindOf({ out, ...options }: ExportOptions): ExportResult['kind'] {
  const extension = extname(out).toLowerCase();
  if (extension === '.zip') return 'bioimage.io';
  if (extension !== '.onnx') {
    throw new MilscopeError('BadOption', {
      option: `--out ${out}`,
      problem: 'the kind of file is not known',
      expected: 'a name that ends in .zip or .onnx',
    });
  }
  const words = ['screen', 'name', 'description', 'author', 'license', 'tag'] as const;
  const given = words.find((word) => options[word] !== undefined);
  if (given === undefined) return 'onnx';
  throw new MilscopeError('BadOption', {
    option: `--${given}`,
    problem: 'a model alone has no place for it',
    remedy: 'leave it out, or make a package with a name that ends in .zip',
  });
}

/** A package cannot say that a plate is to be measured first. */
function refusePlates({ about, path }: TrainedModel): void {
  if (about.normalization.scope !== 'plate') return;
  throw new MilscopeError('BadModel', {
    file: path,
    problem:
      'the model measures intensities against all fields of their plate, and a package has no words for what must be done before',
    remedy: 'train with --normalization screen or field, or export the model alone (.onnx)',
  });
}

function cardOf(
  { about, time: own }: TrainedModel,
  { options, time }: { options: ExportOptions; time: number | undefined },
): ModelCard {
  const { name = defaultName(about), description = defaultDescription(about), author = [NO_AUTHOR] } = options;
  const { license = LICENSE, tag = [] } = options;
  const check = (option: string, text: string, { fits, expected }: { fits: RegExp; expected: string }) => {
    if (fits.test(text)) return;
    throw new MilscopeError('BadOption', {
      option,
      problem: 'the specification does not take it',
      found: text,
      expected,
    });
  };
  check('--name', name, { fits: /^[\w+\- ()]{5,128}$/, expected: '5 to 128 letters, digits, blanks, _ + - ( )' });
  check('--description', description, { fits: /^.{1,1024}$/s, expected: 'at most 1024 characters' });
  check('--license', license, { fits: /^[A-Za-z0-9.+-]+$/, expected: 'an identifier of SPDX, such as MIT' });
  for (const one of author) check('--author', one, { fits: /^[^/\\]+$/, expected: 'a name without slashes' });
  for (const one of tag) check('--tag', one, { fits: /\S/, expected: 'a word' });
  const tags = [...new Set([...defaultTags(about), ...tag])];
  return { name, description, authors: author, license, tags, timestamp: time ?? own };
}

/** Seconds since 1970, where the environment says which time builds are to bear. @throws BadOption */
function readEpoch(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new MilscopeError('BadOption', {
    option: 'SOURCE_DATE_EPOCH',
    problem: 'the time in the environment cannot be understood',
    found: text,
    expected: 'whole seconds since 1970',
  });
}

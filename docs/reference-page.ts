/** The page docs/reference.md, made of the schemas of the workflows: their options, results, events and errors. */
import type { Command } from 'commander';
import * as z from 'zod';
import { allCommands } from '../src/cli/commands.ts';
import { optionName } from '../src/cli/option-name.ts';
import { createCommand } from '../src/cli/options.ts';
import { type ErrorTag, writeOptions } from '../src/errors.ts';
import { compare } from '../src/workflows/compare/compare.ts';
import { convert } from '../src/workflows/convert/convert.ts';
import { detect } from '../src/workflows/detect/detect.ts';
import { evaluate } from '../src/workflows/evaluate/evaluate.ts';
import { type WorkEvent, workEvent } from '../src/workflows/events.ts';
import { exportModel } from '../src/workflows/export/export.ts';
import { fetchScreen } from '../src/workflows/fetch/fetch.ts';
import { hits } from '../src/workflows/hits/hits.ts';
import { illumination } from '../src/workflows/illumination/illumination.ts';
import { inspect } from '../src/workflows/inspect/inspect.ts';
import { predict } from '../src/workflows/predict/predict.ts';
import { profile } from '../src/workflows/profile/profile.ts';
import { rehearsal } from '../src/workflows/rehearsal/document.ts';
import { report } from '../src/workflows/report/report.ts';
import { FIELD_GROUPS, type FieldGroup, screenFields } from '../src/workflows/request-fields.ts';
import { segment } from '../src/workflows/segment/segment.ts';
import { simulate } from '../src/workflows/simulate/simulate.ts';
import { fieldTable } from '../src/workflows/table/table.ts';
import { train } from '../src/workflows/train/train.ts';

const commands = await allCommands();

/** What the page needs to know of a workflow. */
interface Documented {
  readonly title: string;
  readonly description: string;
  readonly request: z.ZodObject;
  readonly result: z.ZodType;
}

/** The workflows of the page, in the order of `milscope --help`. Each has a guide of its name in docs/guides. */
export const documented: readonly Documented[] = [
  simulate,
  fieldTable,
  inspect,
  illumination,
  convert,
  detect,
  train,
  predict,
  evaluate,
  hits,
  segment,
  compare,
  profile,
  report,
  exportModel,
  fetchScreen,
];

const EVENTS: Readonly<Record<WorkEvent['event'] | 'finished', string>> = {
  began: 'A task begins. Another may begin after it has ended.',
  progress: 'So many units of the task are done. `text` holds figures, such as a loss or an accuracy.',
  ended: 'The task has ended. `text` says how.',
  noted: 'Information.',
  warned: 'Something that the user may want to change.',
  lost: 'A field, or cells of it, cannot be used and are left out.',
  epoch: 'An epoch of a training has ended.',
  finished: 'The last event: the result.',
};

const ERRORS: Readonly<Record<ErrorTag, string>> = {
  BadArchive: 'an archive that is unsafe or not understood, and is not unpacked',
  BadCell: 'a cell whose centre lies outside its field',
  BadDownload: 'a file that the server does not provide',
  BadImage: 'a file that is not an image, is truncated, or has pixels that cannot be used',
  BadLabel: 'a label that is empty, NaN or unknown',
  BadModel: 'a file that is not an ONNX model, or not one of milscope',
  BadOption: 'an option or argument whose value makes no sense',
  BadShape: 'shapes that do not fit an operator',
  BadTable: 'a table that cannot be parsed or used',
  CannotRead: 'a file or folder that exists but cannot be read',
  CannotWrite: 'a full disk, or a folder without permission to write',
  ChannelMismatch: 'a field whose channels differ from those of the screen or the model',
  DamagedArchive: 'an archive that differs from what was sent',
  DuplicateField: 'an image that is listed twice',
  EmptyTable: 'a table without rows',
  InUse: 'an output that another process is writing',
  Interrupted: 'work that the user stopped',
  MissingColumn: 'a column that the table does not have',
  MissingFile: 'a file that does not exist',
  NoCell: 'a field without cells, where cells are needed',
  OutputExists: 'an output that would be overwritten',
  ResumeMismatch: 'a run that cannot be resumed with these options or this screen',
  TooManyUnreadable: 'more unreadable fields than a run may lose',
  TooSmall: 'a field that is smaller than the network can see',
  UnknownField: 'cells of a field that is not in the screen',
};

/** The part of JSON Schema that the page shows, with what the fields of requests carry. */
interface FieldSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly FieldSchema[];
  readonly oneOf?: readonly FieldSchema[];
  readonly items?: FieldSchema;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly additionalProperties?: FieldSchema | boolean;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly description?: string;
  readonly value?: string;
  readonly usually?: string;
  readonly group?: FieldGroup;
  readonly argument?: boolean;
  readonly commas?: boolean;
}

/** The commands of the program. */
function commandsOfProgram(): readonly Command[] {
  const silent = { out: () => {}, err: () => {}, terminal: undefined };
  return commands.map((create) => create(silent));
}

/**
 * The whole page as Markdown.
 *
 * @param faces the commands, with options that are not in a request; those without a workflow have a section too
 */
export function referencePage(
  workflows: readonly Documented[] = documented,
  faces: readonly Command[] = commandsOfProgram(),
): string {
  const others = faces.filter((face) => !workflows.some(({ title }) => title === face.name()));
  return `${[
    '# Reference',
    '<!-- Made by `npm run docs` from the schemas of src/workflows. Do not edit by hand. -->',
    'Every workflow is a command, `milscope <name>`, and a function of the library. Its options are the fields of one JSON ' +
      'request: the option `--cell-size` is the field `cellSize`. With `--json` a command prints its result as one JSON ' +
      'document, with the fields listed here. The [guides](README.md) explain what the options are for.',
    '## Options of all commands',
    commonOptions(),
    '## Options of screens',
    'Commands that read a `<screen>` have these options too. [Screens](screens.md) explains them.',
    optionTable(z.strictObject(screenFields)),
    ...workflows.flatMap((workflow) =>
      workflowSection(
        workflow,
        faces.find((face) => face.name() === workflow.title),
      ),
    ),
    ...others.flatMap(commandSection),
    '## Dry runs',
    'Commands with `--dry-run` say what they would do, and do not do it. With `--json` the document has these fields:',
    resultTable(rehearsal),
    '## Events',
    'A workflow reports its progress as events. The command line shows them as progress bars and messages; the library ' +
      'yields them.',
    eventTable(),
    '## Errors',
    'An error has a tag, and says the file, row, column or option where the problem is, what was found and what was expected. ' +
      'The column `Error` of `skipped.csv` holds one of these.',
    table(
      ['tag', 'meaning'],
      Object.entries(ERRORS).map(([tag, meaning]) => [code(tag), meaning]),
    ),
    '## Exit codes',
    table(
      ['code', 'meaning'],
      [
        ['0', 'done'],
        ['1', 'failed; with `--strict`, also when a field is left out'],
        ['2', 'wrong usage'],
        ['130', 'interrupted with Ctrl-C'],
      ],
    ),
    'The files that commands write are described in [files.md](files.md).',
  ].join('\n\n')}\n`;
}

function commonOptions(): string {
  const rows = createCommand('any', '').options.map(({ flags, description }) => [code(flags), description]);
  return `${table(['option', 'what it is'], rows)}

\`--threads\` is by default the number of processor threads of the machine. Commands that read images also have \`--strict\`: exit \
with code 1 when a field is left out, because it could not be read or has no cell.`;
}

function workflowSection({ title, description, request, result }: Documented, face: Command | undefined): string[] {
  const schema = jsonSchema(request, 'input');
  const fields = Object.entries(schema.properties ?? {});
  const places = fields.filter(([, { argument }]) => argument).map(([, { value }]) => ` <${value}>`);
  const mandatory = fields
    .filter(([name, { argument }]) => schema.required?.includes(name) && !argument)
    .map(([name, { value }]) => ` ${optionName(name)} <${value}>`);
  const readsScreens = Object.keys(screenFields).every((name) => name in request.shape);
  const own = readsScreens ? z.strictObject(without(request.shape, Object.keys(screenFields))) : request;
  const further = face === undefined ? [] : furtherOptions(face, Object.keys(request.shape));
  const results = resultTable(result);
  return [
    `## ${title}`,
    `${description} [Guide](guides/${title}.md)`,
    `\`\`\`sh\nmilscope ${title}${places.join('')}${mandatory.join('')} [options]\n\`\`\``,
    optionTable(own, further),
    ...(readsScreens ? ['Also the [options of screens](#options-of-screens).'] : []),
    ...(results === '' ? [] : ['Result:', results]),
  ];
}

/** The fields of a result; empty where it has none. */
function resultTable(result: z.ZodType): string {
  const fields = Object.entries(jsonSchema(result, 'output').properties ?? {});
  if (fields.length === 0) return '';
  return table(
    ['field', 'type', 'what it is'],
    fields.map(([name, field]) => [code(name), typeText(field), sentence(field.description)]),
  );
}

/** The section of a command that has no workflow. */
function commandSection(command: Command): string[] {
  const places = command.registeredArguments.map((argument) => ` <${argument.name()}>`);
  const mandatory = command.options.filter((option) => option.mandatory).map(({ flags }) => ` ${flags}`);
  const rows = command.registeredArguments.map((argument) => [
    code(`<${argument.name()}>`),
    escaped(argument.description),
  ]);
  return [
    `## ${command.name()}`,
    command.description(),
    `\`\`\`sh\nmilscope ${command.name()}${places.join('')}${mandatory.join('')} [options]\n\`\`\``,
    ...(rows.length + furtherOptions(command, []).length === 0
      ? []
      : [
          table(
            ['option', 'what it is'],
            [...rows, ...furtherOptions(command, []).map(([flags, text]) => [flags!, text!])],
          ),
        ]),
  ];
}

/** The options of a command that are neither those of all commands nor fields of its request. */
function furtherOptions(command: Command, fields: readonly string[]): string[][] {
  const known = [
    ...createCommand('any', '').options.map(({ long }) => long),
    '--strict',
    ...fields.map(optionName),
    ...fields.map((field) => optionName(field).replace(/^--/, '--no-')),
  ];
  return command.options
    .filter(({ long }) => !known.includes(long))
    .map(({ flags, description, defaultValue }) => [
      code(flags),
      escaped(description),
      'option of the command only',
      typeof defaultValue === 'string' || typeof defaultValue === 'number' ? code(String(defaultValue)) : '',
    ]);
}

/** The fields of a request: arguments first, then what is required, then the others by their headings. */
function optionTable(request: z.ZodObject, further: readonly (readonly string[])[] = []): string {
  const schema = jsonSchema(request, 'input');
  const required = (name: string) => schema.required?.includes(name) ?? false;
  const rank = ([name, { argument, group }]: readonly [string, FieldSchema]) =>
    argument ? 0 : required(name) ? 1 : group === undefined ? 2 : 3 + FIELD_GROUPS.indexOf(group);
  const rows = Object.entries(schema.properties ?? {})
    .sort((a, b) => rank(a) - rank(b))
    .map(([name, field]) => [
      code(flagsOf(name, field)),
      sentence(field.description),
      valueText(field),
      required(name) ? 'required' : defaultText(field),
    ]);
  return table(['option', 'what it is', 'value', 'default'], [...rows, ...further]);
}

function without(shape: Readonly<Record<string, z.ZodType>>, names: readonly string[]): Record<string, z.ZodType> {
  return Object.fromEntries(Object.entries(shape).filter(([name]) => !names.includes(name)));
}

function eventTable(): string {
  const rows = (jsonSchema(workEvent, 'output').oneOf ?? []).map(({ properties = {}, required = [] }) => {
    const { event, ...fields } = properties;
    const name = event!.const as WorkEvent['event'];
    const list = Object.entries(fields).map(
      ([field, schema]) => `${code(field)} (${typeText(schema)}${required.includes(field) ? '' : ', optional'})`,
    );
    return [code(name), EVENTS[name], list.join(', ')];
  });
  return table(
    ['event', 'meaning', 'fields'],
    [...rows, [code('finished'), EVENTS.finished, `${code('result')} (object)`]],
  );
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): FieldSchema {
  return z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' }) as FieldSchema;
}

function flagsOf(name: string, { argument, value = 'text', type, default: usual }: FieldSchema): string {
  if (argument) return `<${value}>`;
  // What is done unless said otherwise has a switch that says no.
  if (type === 'boolean' && usual === true) return optionName(name).replace(/^--/, '--no-');
  return type === 'boolean' ? optionName(name) : `${optionName(name)} <${value}>`;
}

function valueText(field: FieldSchema): string {
  if (field.type !== 'array') return typeText(field);
  return field.commas ? 'list, with commas' : 'repeatable';
}

/** `whole number from 1 to 8`, `text`, `one of a, b`. */
function typeText(schema: FieldSchema): string {
  const { type, items, properties } = schema;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.map(typeText).join(' or ');
  if (Array.isArray(type)) return type.map((one: string) => typeText({ ...schema, type: one })).join(' or ');
  if (schema.const !== undefined) return code(String(schema.const));
  if (schema.enum) return schema.enum.length > 8 ? 'text' : `one of ${schema.enum.map(String).map(code).join(', ')}`;
  if (type === 'array') return items ? `list of ${typeText(items)}` : 'list';
  if (type === 'object') return properties ? `object of ${Object.keys(properties).map(code).join(', ')}` : 'object';
  if (type === 'integer') return `whole number${rangeText(schema)}`;
  if (type === 'number') return `number${rangeText(schema)}`;
  return { string: 'text', boolean: 'yes or no', null: 'null' }[String(type)] ?? 'any';
}

function rangeText({ minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER }: FieldSchema): string {
  const [least, most] = [minimum > Number.MIN_SAFE_INTEGER, maximum < Number.MAX_SAFE_INTEGER];
  if (least && most) return ` from ${minimum} to ${maximum}`;
  return least ? ` of at least ${minimum}` : most ? ` of at most ${maximum}` : '';
}

function defaultText({ default: known, usually }: FieldSchema): string {
  if (usually !== undefined) return sentence(usually);
  if (known === undefined || typeof known === 'boolean' || (Array.isArray(known) && known.length === 0)) return '';
  return code(Array.isArray(known) ? known.join(',') : String(known));
}

function sentence(text = ''): string {
  return writeOptions(escaped(text), (option) => code(optionName(option)));
}

/** Text in which Markdown sees no HTML. */
function escaped(text: string): string {
  return text.replaceAll('<', '\\<');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}

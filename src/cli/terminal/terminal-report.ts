import { type FlagKind, flagKinds } from '../../evaluation/inspection/flags.ts';
import { placeName } from '../../evaluation/inspection/inspected-field.ts';
import {
  bareName,
  bitsOf,
  count,
  counts,
  describeBatch,
  describeScreen,
  describeSides,
} from '../../report/inspection/words.ts';
import type { InspectResult } from '../../workflows/inspect/result.ts';

/** Columns of the terminal that are written in. */
const WIDTH = 100;
/** Lines of channels, of plates, of flagged fields and of classes before the rest is only counted. */
const MOST = { channels: 24, plates: 24, fields: 20, classes: 30 } as const;

/** What was found, for a terminal. */
export function terminalReport(found: InspectResult): string {
  const { screen, classes, split, fields, advice } = found;
  const files = [found.out, found.table, found.skippedFile].filter((file) => file !== null);
  const blocks = [
    [screen, ...wrapped(describeScreen({ ...found, fields: fields.total, unreadable: fields.unreadable }))],
    channelLines(found),
    plateLines(found),
    flaggedLines(found),
    found.controls === null ? [] : controlLines(found.controls),
    classes === null ? [] : classLines(found),
    split === null ? [] : ['Split', ...wrapped(`${describeSides(split)}.`)],
    [
      advice.length === 0 ? 'What to do: nothing.' : 'What to do',
      ...advice.flatMap(({ problem, remedy }, i) => {
        const number = `${i + 1}.`.padEnd(3);
        return [...wrapped(`${number} ${capital(problem)}:`, 4, 2), ...wrapped(`${remedy}.`, 6)];
      }),
    ],
    [
      `${fields.good} of ${count(fields.total, 'field')} without a flag.`,
      ...files.map((file) => `  ${file}`),
      ...(files.length === 0
        ? ['--out report.html writes this report with pictures, and a table with one row for each field.']
        : []),
    ],
  ];
  const text = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${text.join('\n\n')}\n`;
}

function channelLines({ channels }: InspectResult): string[] {
  const header = ['Channel', 'Bits', '1 %', 'median', 'mean', '99 %', 'largest', 'cut off at'];
  const rows = channels.map((one) => [
    one.channel,
    bitsOf(one),
    ...[one.percentile1, one.median, one.mean, one.percentile99, one.max].map(counts),
    one.ceiling === null ? '-' : counts(one.ceiling),
  ]);
  return limited(aligned([header, ...rows], { left: 2 }), MOST.channels + 1, 'channels');
}

/** A table of plates, or two where one would be too wide. */
function plateLines({ plates, channels, layout, flags: all }: InspectResult): string[] {
  const kinds = flagKinds.filter((kind) => all[kind] > 0);
  const tell = (header: readonly string[], cells: (plate: (typeof plates)[number]) => readonly string[]) =>
    aligned([['Plate', ...header], ...plates.map((one) => [one.plate || 'all', ...cells(one)])], { left: 1 });
  const sizes = (one: (typeof plates)[number]) => [String(one.fields), ...(layout.named ? [String(one.wells)] : [])];
  const flags = ({ counts: own }: (typeof plates)[number]) =>
    kinds.map((kind) => (own[kind] === 0 ? '·' : String(own[kind])));
  const light = ({ brightness }: (typeof plates)[number]) => brightness.map(counts);
  const [sized, flagged, lit] = [
    layout.named ? ['fields', 'wells'] : ['fields'],
    kinds.map(short),
    channels.map(({ channel }) => `mean ${channel}`),
  ];
  const most = MOST.plates + 1;
  const one = tell([...sized, ...flagged, ...lit], (plate) => [...sizes(plate), ...flags(plate), ...light(plate)]);
  if (one[0]!.length <= WIDTH) return limited(one, most, 'plates');
  return [
    ...limited(
      tell([...sized, ...flagged], (plate) => [...sizes(plate), ...flags(plate)]),
      most,
      'plates',
    ),
    '',
    ...limited(tell(lit, light), most, 'plates'),
  ];
}

/** The control wells of every plate. */
function controlLines({ column, negative, positive, plates }: NonNullable<InspectResult['controls']>): string[] {
  const named = positive.length > 0;
  const header = ['Plate', `negative: ${negative.join(', ')}`, ...(named ? [`positive: ${positive.join(', ')}`] : [])];
  const rows = plates.map(({ plate, negatives, positives }) => [
    plate || 'all',
    String(negatives),
    ...(named ? [String(positives)] : []),
  ]);
  return [`Control wells of ${column}`, ...limited(aligned([header, ...rows], { left: 1 }), MOST.plates + 1, 'plates')];
}

function flaggedLines({ fields, flagged }: InspectResult): string[] {
  const lines = flagged.flatMap(({ flags, ...field }) =>
    flags.map(({ kind, channel, found }) => {
      const where = channel === undefined ? '' : ` in ${channel}`;
      return wrapped(`${placeName({ place: field, field })}: ${kind}${where}, ${found}`, 4, 2);
    }),
  );
  if (fields.flagged === 0) return ['No field is flagged.'];
  const left = lines.length - MOST.fields;
  return [
    `${count(fields.flagged, 'field')} flagged`,
    ...lines.slice(0, MOST.fields).flat(),
    ...(left > 0 ? [`  … and ${left} more flags`] : []),
  ];
}

function classLines({ classes, plates: screenPlates }: InspectResult): string[] {
  const { classes: all, column, batches, unlabelled } = classes!;
  const plates = screenPlates.length > 1 ? ['plates'] : [];
  const rows = all.map((one) => [
    one.name,
    String(one.fields),
    String(one.wells),
    ...(plates.length > 0 ? [String(one.plates)] : []),
  ]);
  return [
    ...limited(
      aligned([[bareName(column), 'fields', 'wells', ...plates], ...rows], { left: 1 }),
      MOST.classes + 1,
      'classes',
    ),
    ...(unlabelled > 0 ? [`  ${count(unlabelled, 'field')} without a label`] : []),
    ...batches.flatMap((batch) => wrapped(`${describeBatch(batch)}.`, 2, 0)),
  ];
}

/** The heading of a kind of flag. */
function short(kind: FlagKind): string {
  const names: Partial<Record<FlagKind, string>> = {
    'blank channel': 'blank',
    'same channels': 'twin',
    'other size': 'size',
    'other bit depth': 'bits',
    'fewer planes': 'planes',
    'odd intensity': 'odd',
  };
  return names[kind] ?? kind;
}

/** Rows of cells under one another; the first `left` columns begin, the others end at one place. */
function aligned(rows: readonly (readonly string[])[], { left }: { left: number }): string[] {
  const widths = rows[0]!.map((_, c) => Math.max(...rows.map((row) => row[c]!.length)));
  widths[0] = Math.min(widths[0]!, 36);
  return rows.map((row) => {
    const cells = row.map((text, c) => {
      const cut = text.length > widths[c]! ? `${text.slice(0, widths[c]! - 1)}…` : text;
      return c < left ? cut.padEnd(widths[c]!) : cut.padStart(widths[c]!);
    });
    return cells.join('  ').trimEnd();
  });
}

/** The first lines, as far as they fit into the width. */
function limited(lines: readonly string[], most: number, unit: string): string[] {
  const cut = lines.slice(0, most).map((line) => (line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line));
  return lines.length <= most ? cut : [...cut, `  … and ${lines.length - most} more ${unit}`];
}

/** A text in lines no wider than the terminal, the first indented by `first`, the others by `indent`. */
function wrapped(text: string, indent = 2, first = indent): string[] {
  const lines: string[] = [];
  let line = ' '.repeat(first);
  for (const word of text.split(/\s+/)) {
    const joined = line.trim() === '' ? line + word : `${line} ${word}`;
    if (joined.length > WIDTH && line.trim() !== '') {
      lines.push(line);
      line = ' '.repeat(indent) + word;
    } else line = joined;
  }
  return [...lines, line];
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

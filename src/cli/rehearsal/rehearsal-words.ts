import { formatBytes } from '../../download/disk-space.ts';
import type { Fate, Rehearsal, RehearsedScreen } from '../../workflows/rehearsal/document.ts';
import { rangeWords } from '../../workflows/rehearsal/estimate.ts';

/** What a dry run prints on a terminal. */
export function rehearsalWords({ command, reads, does, writes, seconds, how }: Rehearsal): string {
  const files = reads.files.map(({ path, bytes }) => `${path}${bytes === null ? '' : `, ${formatBytes(bytes)}`}`);
  const read = [...files, ...(reads.screen ? screenWords(reads.screen) : [])];
  const time = seconds === null ? 'How long it takes is not known' : `Takes ${rangeWords(seconds)}`;
  return [
    `Dry run of ${command}: nothing is written.`,
    ...section('Reads', read),
    ...section('Does', does),
    ...section('Writes', writes.map(writeWords)),
    '',
    `${time}: ${how}.`,
    '',
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function screenWords(screen: RehearsedScreen): string[] {
  const { fields, unreadable, plates, wells, sites, channels, smallest, largest, bytes, layout } = screen;
  const size = ({ width, height }: RehearsedScreen['smallest']) => `${width} × ${height}`;
  const sizes = size(smallest) === size(largest) ? size(smallest) : `${size(smallest)} to ${size(largest)}`;
  const many = sites && (sites.low === sites.high ? plural(sites.low, 'site') : `${sites.low} to ${sites.high} sites`);
  const places = [
    ...(plates > 0 ? [plural(plates, 'plate')] : []),
    ...(wells > 0 ? [plural(wells, 'well')] : []),
    ...(many ? [`${many} a well`] : []),
  ];
  const lost = unreadable > 0 ? `, of which ${unreadable} cannot be read` : '';
  return [
    `${plural(fields, 'field')} of ${sizes} pixels${lost}, from ${layout}`,
    ...(places.length > 0 ? [places.join(', ')] : []),
    `${channels.length === 1 ? 'channel' : 'channels'} ${channels.join(', ')}`,
    ...(bytes === null ? [] : [`${formatBytes(bytes)} of images`]),
  ];
}

const fates: Readonly<Record<Fate, string>> = {
  new: 'new',
  replaced: 'there already, would be replaced',
  continued: 'there already, would be continued',
};

function writeWords({ path, files, fate }: Rehearsal['writes'][number]): string {
  return `${path}${files === undefined ? '' : `, ${plural(files, 'file')}`} (${fates[fate]})`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

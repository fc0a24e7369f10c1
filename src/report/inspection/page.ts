import { type NameOption, writeOptions } from '../../errors.ts';
import type { Inspection } from '../../evaluation/inspection/inspection.ts';
import { batchesPlot } from '../plots/batches-plot.ts';
import { classesPlot } from '../plots/classes-plot.ts';
import { intensitiesPlot } from '../plots/intensities-plot.ts';
import { renderSvg } from '../plots/render-svg.ts';
import { channelTable } from './channel-table.ts';
import { histogramCurves } from './histogram-curves.ts';
import { dataUri, escaped, table } from './html.ts';
import { MOST_SHOWN, type PagePictures } from './page-pictures.ts';
import { flagCodes } from './plate-drawing.ts';
import { plateSection } from './plate-section.ts';
import { STYLE } from './style.ts';
import { bareName, counts, describeBatch, describeScreen, describeSides, METHODS } from './words.ts';

/**
 * The inspection of a screen as one page that needs no other file and no script, in pieces.
 *
 * @param about.nameOption writes the options that the page names
 */
export async function* inspectionPage(
  inspection: Inspection,
  pictures: PagePictures,
  { version, nameOption }: { version: string; nameOption: NameOption },
): AsyncGenerator<string> {
  const { screen, classes, controls, split, fields, counts: flagged } = inspection;
  const title = `Inspection of ${screen.source}`;
  yield `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title><style>${STYLE}</style></head><body><main>
<h1>Before training</h1><p class="path">${escaped(screen.source)}</p>
${facts(inspection)}
<p>${unbroken(escaped(describeScreen({ ...inspection, fields: fields.length, unreadable: flagged.unreadable })))}</p>
<h2>What to do</h2>
${advice(inspection, nameOption)}
`;
  yield* plateSection(inspection, pictures);
  yield flaggedFields(inspection, pictures);
  yield `<h2>Channels</h2>\n${channelTable(inspection)}\n`;
  const whole = inspection.channels.map(({ bitsUsed }) => bitsUsed !== null);
  const curves = histogramCurves(pictures.histograms, { channels: screen.channels, whole });
  if (curves.length > 0) yield `<div class="plot" tabindex="0">${await renderSvg(intensitiesPlot(curves))}</div>\n`;
  if (inspection.layout.plates.length > 1) yield `<h3>By plate</h3>\n${plateTable(inspection)}\n`;
  if (controls !== null) yield `<h2>Control wells</h2>\n${controlTable(controls)}\n`;
  if (classes !== null && classes.classes.length > 0) {
    yield `<h2>Classes of ${escaped(bareName(classes.column))}</h2>\n<div class="plot" tabindex="0">${await renderSvg(classesPlot(classes.classes))}</div>\n`;
    for (const batch of classes.batches) {
      yield `<h3>Classes and ${escaped(bareName(batch.column))}</h3><p class="soft">${escaped(describeBatch(batch))}. The squares count wells.</p>\n<div class="plot" tabindex="0">${await renderSvg(batchesPlot({ ...batch, column: bareName(batch.column), classes: classes.classes.map(({ name }) => name) }))}</div>\n`;
    }
  }
  if (split !== null) yield `<h2>Split</h2>\n<p>${marked(describeSides(split), nameOption)}.</p>\n`;
  yield `<h2>How this was measured</h2>\n${METHODS.map((text) => `<p class="soft">${escaped(text)}</p>`).join('\n')}\n<p class="soft">milscope ${escaped(version)}</p>\n</main></body></html>\n`;
}

function facts({ fields, good, layout, counts: flagged, screen }: Inspection): string {
  const bad = fields.length - good;
  const items: readonly (readonly [value: number, name: string, kind?: string])[] = [
    [fields.length, 'fields'],
    [good, 'without a flag', bad === 0 ? 'good' : undefined],
    ...(bad > 0 ? [[bad, 'flagged', 'flagged'] as const] : []),
    ...(flagged.unreadable > 0 ? [[flagged.unreadable, 'unreadable', 'flagged'] as const] : []),
    ...(fields.some(({ place }) => place.well !== '') ? [[layout.wells, 'wells'] as const] : []),
    ...(fields.some(({ place }) => place.plate !== '') ? [[layout.plates.length, 'plates'] as const] : []),
    [screen.channels.length, 'channels'],
  ];
  const item = ([value, name, kind = '']: (typeof items)[number]) =>
    `<li class="${kind}"><b>${value.toLocaleString('en')}</b><span>${value === 1 ? name.replace(/s$/, '') : name}</span></li>`;
  return `<ul class="facts">${items.map(item).join('')}</ul>`;
}

function advice({ advice: all }: Inspection, nameOption: NameOption): string {
  if (all.length === 0) return '<p>Nothing: no field is flagged, and the screen can be trained on as it is.</p>';
  const sentence = (text: string) => marked(withStop(text), nameOption);
  const items = all.map(
    ({ serious, problem, remedy }) =>
      `<li class="${serious ? 'serious' : 'note'}">${sentence(problem)} <span class="remedy">${sentence(remedy)}</span></li>`,
  );
  return `<ol class="advice">${items.join('\n')}</ol>`;
}

function flaggedFields({ fields, flags }: Inspection, { closeUps }: PagePictures): string {
  const all = fields.flatMap((field, i) => (flags[i]!.length > 0 ? [{ field, flags: flags[i]! }] : []));
  if (all.length === 0) return '';
  const rows = all.slice(0, MOST_SHOWN).map(({ field, flags: own }) => {
    const picture = closeUps.get(field.field.imageNumber);
    const { plate, well, site } = field.place;
    return [
      picture ? `<img class="close" alt="" src="${dataUri(picture)}">` : '',
      String(field.field.imageNumber),
      escaped(plate),
      escaped(well),
      escaped(site),
      own
        .map(
          ({ kind, channel, found }) =>
            `<span class="code">${flagCodes[kind]}</span> <b>${kind}</b>${channel === undefined ? '' : ` in ${escaped(channel)}`}: ${escaped(found)}`,
        )
        .join('<br>'),
    ];
  });
  const left = all.length - rows.length;
  const more = left > 0 ? `<p class="soft">… and ${left} more: the table beside this page lists them all.</p>` : '';
  const header = ['Picture', 'Field', 'Plate', 'Well', 'Site', 'What was found'];
  return `<h2>Flagged fields</h2>\n<div class="flagged">${table(header, rows, { numbers: [1] })}</div>${more}\n`;
}

function plateTable({ plates, channels, layout }: Inspection): string {
  const wellsOf = (wells: number | string) => (layout.named ? [wells] : []);
  const means = channels.map(({ channel }) => `Mean ${escaped(channel)}`);
  const header = ['Plate', 'Fields', ...wellsOf('Wells'), 'Flagged', ...means].map(String);
  const rows = plates.map(({ plate, fields, wells, flagged, brightness }) =>
    [escaped(plate), fields, ...wellsOf(wells), flagged, ...brightness.map(counts)].map(String),
  );
  return table(header, rows, { numbers: header.map((_, i) => i).slice(1) });
}

function controlTable({ column, negative, positive, plates }: NonNullable<Inspection['controls']>): string {
  const named = positive.length > 0;
  const about = [`negative: ${negative.join(', ')}`, ...(named ? [`positive: ${positive.join(', ')}`] : [])].join('; ');
  const rows = plates.map(({ plate, negatives, positives }) => [
    escaped(plate || 'all'),
    ...[negatives, ...(named ? [positives] : [])].map(String),
  ]);
  const header = ['Plate', 'Negative', ...(named ? ['Positive'] : [])];
  return `<p class="soft">Wells of ${escaped(bareName(column))} that can be read (${escaped(about)}).</p>\n${table(header, rows, { numbers: [1, 2] })}`;
}

/** With a capital at its beginning and a full stop at its end. */
function withStop(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}

/** Text in which `256 × 256` is never broken between two lines. */
function unbroken(text: string): string {
  return text.replaceAll(' × ', '&nbsp;×&nbsp;');
}

/** Text whose options are set off. */
function marked(text: string, nameOption: NameOption): string {
  return writeOptions(escaped(text), (option) => `<code>${escaped(nameOption(option))}</code>`);
}

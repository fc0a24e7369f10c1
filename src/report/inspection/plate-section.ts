import { flagKinds } from '../../evaluation/inspection/flags.ts';
import type { InspectedField } from '../../evaluation/inspection/inspected-field.ts';
import type { Inspection } from '../../evaluation/inspection/inspection.ts';
import { cssColour } from '../../pixels/palette.ts';
import { labelParts } from '../../screen/label-sets.ts';
import { escaped } from './html.ts';
import type { PagePictures } from './page-pictures.ts';
import { drawPlate, flagCodes, type PlateDrawing } from './plate-drawing.ts';
import { shownInstead, wellsOf } from './shown-fields.ts';
import { classStyle } from './style.ts';
import { MOST_CHANNELS } from './thumbnail.ts';
import { bareName, count } from './words.ts';

/**
 * The plates, in pieces. Where fields have labels, two radio buttons choose whether wells show pictures or classes, which
 * the style of the page does without a script.
 */
export function* plateSection(inspection: Inspection, pictures: PagePictures): Generator<string> {
  yield `<section class="plates">\n<h2>Plates</h2>\n${views(inspection)}${heading(inspection, pictures)}`;
  for (const plate of inspection.layout.plates) yield figure(plate, inspection, pictures);
  yield '</section>\n';
}

function views({ classes }: Inspection): string {
  if (classes === null || classes.classes.length === 0) return '';
  const radio = (id: string, words: string, checked = '') =>
    `<label><input type="radio" name="view" id="${id}"${checked}>${escaped(words)}</label>`;
  const column = bareName(classes.column);
  const legend = classes.classes.map(
    ({ name, wells }, i) =>
      `<li><span class="class-code ${classStyle(i)}">${i + 1}</span> ${escaped(name)} (${count(wells, 'well')})</li>`,
  );
  const unlabelled = classes.unlabelled > 0 ? `<li><b>–</b> no label (${count(classes.unlabelled, 'field')})</li>` : '';
  return `<fieldset class="views"><legend>Wells show</legend>${radio('show-pictures', 'pictures', ' checked')}${radio('show-classes', `classes of ${column}`)}</fieldset>
<ul class="codes as-class">${legend.join('')}${unlabelled}</ul>
`;
}

function heading(inspection: Inspection, { plates, colours, tiles }: PagePictures): string {
  const { counts: flagged, screen, layout } = inspection;
  const channels = screen.channels
    .slice(0, MOST_CHANNELS)
    .map(
      (name, c) =>
        `<span class="key"><span class="swatch" style="background:${cssColour(colours[c]!)}"></span>${escaped(name)}</span>`,
    );
  const codes = flagKinds
    .filter((kind) => flagged[kind] > 0)
    .map((kind) => `<li><span class="code">${flagCodes[kind]}</span> ${kind} (${flagged[kind]})</li>`);
  const some = inspection.good < inspection.fields.length;
  const shows = layout.named
    ? `Each well by its first field${some ? ', or by a flagged one where it has one' : ''}; all wells of a plate on one intensity scale.${some ? ' The letters refer to all fields of a well.' : ''}`
    : 'Every field by itself, since the screen names no wells; all on one intensity scale.';
  const notes = [shows, ...leftOut(inspection, { plates, tiles })].join(' ');
  return `<p class="soft">${notes} Rest the pointer on a ${layout.named ? 'well' : 'field'} for details.</p>
<p class="soft as-picture">${channels.join(' &nbsp; ')}</p>
<ul class="codes">${codes.join('')}</ul>
`;
}

/** What is not shown, so that the page stays small. */
function leftOut(inspection: Inspection, { plates, tiles }: Pick<PagePictures, 'plates' | 'tiles'>): string[] {
  const bare = inspection.layout.plates.length - plates.size;
  const hidden = wellsOf(inspection).filter((well) => {
    const instead = shownInstead(well)?.field;
    return instead && plates.has(instead.place.plate) && !tiles.has(instead.field.imageNumber);
  }).length;
  return [
    ...(bare > 0
      ? [`${count(bare, 'plate')} ${bare === 1 ? 'has' : 'have'} no pictures, so that this page stays small.`]
      : []),
    ...(hidden > 0
      ? [`${count(hidden, 'well')} more with a flagged field ${hidden === 1 ? 'shows its' : 'show their'} first.`]
      : []),
  ];
}

function figure(plate: string, inspection: Inspection, { plates, maps, tiles }: PagePictures): string {
  const { classes, layout } = inspection;
  const wells = wellsOf(inspection, plate);
  const own = wells.flat();
  const bad = own.filter((one) => one.flags.length > 0).length;
  const name = plate || 'All fields';
  const words = `${count(own.length, 'field')}${layout.named ? ` in ${count(wells.length, 'well')}` : ''}, ${bad === 0 ? 'none' : bad} flagged`;
  const describe = ({ field }: InspectedField) => (classes === null ? '' : (field.metadata[classes.column] ?? ''));
  const drawing = drawPlate(wells, {
    name: `${name}: ${words}`,
    ...{ map: maps.get(plate)!, picture: plates.get(plate), tiles, describe, classesOf: classesOf(inspection) },
  });
  return `<figure><figcaption><b>${escaped(name)}</b><span class="soft">${words}</span></figcaption><div class="wide" tabindex="0">${drawing}</div></figure>\n`;
}

/** Gives the places of the classes of a field in the list of the page. */
function classesOf({ classes }: Inspection): PlateDrawing['classesOf'] {
  if (classes === null || classes.classes.length === 0) return undefined;
  const places = new Map(classes.classes.map(({ name }, i) => [name, i]));
  return ({ field }) => labelParts(field.metadata[classes.column] ?? '').flatMap((label) => places.get(label) ?? []);
}

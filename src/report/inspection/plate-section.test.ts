import { describe, expect, it } from 'vitest';
import type { InspectedField } from '../../evaluation/inspection/inspected-field.ts';
import { crowd, field, inspect } from '../../evaluation/inspection/testing/inspected-fields.ts';
import { classColours } from '../../pixels/class-colours.ts';
import { channelTable } from './channel-table.ts';
import type { PagePictures } from './page-pictures.ts';
import { mapPlate } from './plate-map.ts';
import { plateSection } from './plate-section.ts';
import { shownInstead, wellsOf } from './shown-fields.ts';
import { classStyle, STYLE } from './style.ts';

const saturated = [{ max: 4095, atMax: 0.03 }, {}];
const blurred = [{ detail: -6 }, { detail: -6 }];

/** A site of the well C01. */
const site = (name: string, channels?: Parameters<typeof field>[0]['channels'], label?: string) =>
  field({ well: 'C01', site: name, ...(channels && { channels }), ...(label && { label }) });

function sectionOf(
  fields: readonly InspectedField[],
  { label = 'Metadata_MOA', tiles = [] as readonly number[] } = {},
) {
  const inspection = inspect(fields, label === '' ? {} : { label });
  const pictures: PagePictures = {
    colours: [
      [0, 0, 255],
      [255, 0, 0],
    ],
    maps: new Map([['P1', mapPlate(fields.map(({ place }) => place.well))]]),
    plates: new Map([['P1', { bytes: Uint8Array.of(1), side: 64 }]]),
    closeUps: new Map(),
    tiles: new Map(tiles.map((number) => [number, { bytes: Uint8Array.of(2), width: 50, height: 40 }])),
    histograms: new Map(),
  };
  return [...plateSection(inspection, pictures)].join('');
}

describe('the field that is shown of a well', () => {
  const shown = (...sites: readonly InspectedField[]) => {
    const well = wellsOf(inspect([...crowd(20), ...sites])).at(-1)!;
    return shownInstead(well)?.field.place.site;
  };
  const unreadable = (one: InspectedField): InspectedField => ({ ...one, quality: undefined });

  it('is the one with the most serious flag, if that is not the first', () => {
    expect(shown(site('1'), site('2', blurred), site('3', saturated))).toBe('3');
    expect(shown(site('1', saturated), site('2', blurred))).toBeUndefined();
    expect(shown(site('1'), site('2'))).toBeUndefined();
  });

  it('is one that can be read', () => {
    expect(shown(unreadable(site('1')), site('2'))).toBe('2');
    expect(shown(site('1'), unreadable(site('2')))).toBeUndefined();
    expect(shown(unreadable(site('1')))).toBeUndefined();
  });
});

describe('the plates of a page', () => {
  it('show the flagged field of a well in place of its first, and say which', () => {
    const bad = site('2', saturated);
    const fields = [...crowd(20), site('1'), bad];
    const { imageNumber } = bad.field;
    const html = sectionOf(fields, { tiles: [imageNumber] });
    expect(html).toContain('shown is site 2\nsite 2: saturated (DNA)');
    expect(html.match(/<image /g)).toHaveLength(2);
    // In the middle of its square of 64 pixels, the third column of the second row.
    expect(html).toMatch(/<image href="[^"]*" x="7" y="76" width="50" height="40"/);
    // Without its picture it is said that the first is shown.
    expect(sectionOf(fields)).toContain('1 well more with a flagged field shows its first.');
    expect(html).not.toContain('well more');
  });

  it('have a map by class that two radio buttons switch to, with a number and a colour for each class', () => {
    const fields = crowd(20, (i) => ({ label: i < 10 ? 'taxol' : 'DMSO' }));
    const html = sectionOf([...fields, site('1', undefined, 'DMSO'), site('2', undefined, 'taxol')]);
    expect(html.match(/<input type="radio" name="view"/g)).toHaveLength(2);
    expect(html).toContain('<span class="class-code c0">1</span> DMSO (11 wells)');
    expect(html).toContain('<span class="class-code c1">2</span> taxol (11 wells)');
    // The well whose fields differ has a stripe for each.
    expect(html.match(/<rect class="class c0"/g)).toHaveLength(11);
    expect(html).toContain('>1 2</text>');
    expect(html).toContain('aria-label="P1: 22 fields in 21 wells, none flagged"');
    expect(html).not.toContain('<script');
  });

  it('have none where no label is named', () => {
    const html = sectionOf(crowd(20), { label: '' });
    expect(html).not.toContain('radio');
    expect(html).not.toContain('as-class');
  });

  it('have the colours of classes of all other pictures, on light and on dark paper', () => {
    const [light, dark] = STYLE.split('@media (prefers-color-scheme: dark)') as [string, string];
    for (const [i, { onLight, onDark }] of classColours(12).entries()) {
      expect(light).toContain(`.${classStyle(i)} { --class: ${onLight}; }`);
      expect(dark).toContain(`.${classStyle(i)} { --class: ${onDark}; }`);
    }
  });
});

describe('the table of channels', () => {
  const words = (fields: readonly InspectedField[]) => channelTable(inspect(fields));

  it('says why no field is flagged although intensities are cut off', () => {
    const cut = field({ channels: [{ max: 4095, atMax: 0.0005 }, {}] });
    const text = words([...crowd(20), cut]);
    expect(text).toContain('>4095<');
    expect(text).toContain('at most 0.05 % of the pixels of a channel have it, and 0.1 % would be flagged.');
  });

  it('says what is flagged where fields are saturated, and nothing where nothing is cut off', () => {
    expect(words([...crowd(20), field({ channels: saturated })])).toContain('with at least 0.1 % such pixels');
    expect(words(crowd(20))).not.toContain('Cut off at”');
  });
});

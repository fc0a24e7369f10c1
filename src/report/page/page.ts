import { toBase64 } from '../../packed-numbers.ts';
import { escaped } from '../inspection/html.ts';
import { SCRIPT, SCRIPT_HASH, STYLE } from './assets.ts';
import type { ReportDocument } from './document.ts';
import { pageData, pictureFiles } from './page-data.ts';
import { assaySection } from './sections/assay.ts';
import { comparisonSection } from './sections/comparison.ts';
import { doseResponseSection } from './sections/dose-response.ts';
import { headlineSection } from './sections/headline.ts';
import { segmentationSection, skippedSection } from './sections/lists.ts';
import { classesSection, gallerySection, mapSection, platesSection, treatmentsSection } from './sections/live.ts';
import { madeSection } from './sections/made.ts';
import type { MakeSection, Section } from './sections/section.ts';
import { trainingSection } from './sections/training.ts';

/** Where the pictures of a report are read. */
export interface ReportFiles {
  /** The bytes of a file in `report/`. */
  readonly read: (name: string) => Promise<Uint8Array>;
}

/** Decisions come before what they were made of, in a report on hits, and after it in any other. */
const decisions: readonly MakeSection[] = [assaySection, doseResponseSection];
const fields: readonly MakeSection[] = [platesSection, classesSection, gallerySection, treatmentsSection];
const rest: readonly MakeSection[] = [
  comparisonSection,
  segmentationSection,
  mapSection,
  trainingSection,
  skippedSection,
  madeSection,
];

/** In the order in which a screener asks. */
function makersOf({ kind }: ReportDocument): readonly MakeSection[] {
  return [headlineSection, ...(kind === 'hits' ? [...decisions, ...fields] : [...fields, ...decisions]), ...rest];
}

/**
 * A report as one HTML file that needs no other and requests nothing, in pieces: it opens from the disk, in light and dark,
 * and prints. Tables, maps and galleries are drawn by its own script, everything else stands in it as it is.
 */
export async function* reportPage(document: ReportDocument, files: ReportFiles): AsyncGenerator<string> {
  const sections: Section[] = [];
  for (const make of makersOf(document)) {
    const section = await make(document);
    if (section !== undefined) sections.push(section);
  }
  yield head(document);
  yield `<div class="frame">${navigation(sections)}
<main id="main" tabindex="-1">
<div id="filters" role="search" aria-label="Filters"></div>
`;
  for (const { id, html } of sections) yield `<section id="${id}">\n${html}\n</section>\n`;
  yield `</main></div>\n${KEYS}\n`;
  yield block('data', 'application/json', JSON.stringify(pageData(document)).replaceAll('<', '\\u003c'));
  for (const [s, { file }] of document.sheets.entries()) {
    yield block(`sheet-${s}`, 'text/plain', toBase64(await files.read(file)));
  }
  for (const [p, file] of pictureFiles(document).entries()) {
    yield block(`picture-${p}`, 'text/plain', toBase64(await files.read(file)));
  }
  yield `<script>${SCRIPT}</script>\n</body></html>\n`;
}

/** What the page may do: its own script and style, pictures that stand in it, and nothing else. */
const POLICY = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${SCRIPT_HASH}'; base-uri 'none'; form-action 'none'`;

function head({ title, source }: ReportDocument): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style></head><body>
<a class="skip" href="#main">Skip to the report</a>
<header class="top"><div><h1>${escaped(title)}</h1><div class="source">${escaped(source)}</div></div>
<div class="tools"><button type="button" class="icon" id="theme">Dark</button><button type="button" class="icon" id="show-keys" aria-label="Keys">?</button></div></header>
<noscript><p>Plate maps, tables and galleries of this page are drawn by its script, which this browser does not run.</p></noscript>
`;
}

function navigation(sections: readonly Section[]): string {
  const items = sections.map(({ id, name }) => `<li><a href="#${id}">${escaped(name)}</a></li>`);
  return `<nav id="navigation" aria-label="Sections"><ul>${items.join('')}</ul></nav>`;
}

const keys = [
  ['?', 'show these keys'],
  ['/', 'search'],
  ['Tab', 'next part or control'],
  ['← ↑ → ↓', 'walk a plate, the plates, the matrix, the table, the map'],
  ['Home, End, Page Up, Page Down', 'to the ends of a row, a column or a page'],
  ['Enter', 'choose a well, a cell, a field or a treatment'],
  ['O', 'hide or show the maps over the pictures of the gallery'],
  ['Escape', 'close what is open'],
] as const;

const KEYS = `<dialog id="keys" aria-label="Keys"><button type="button" class="close" aria-label="Close">×</button><h2>Keys</h2><dl class="metadata">${keys.map(([key, does]) => `<dt><kbd>${key}</kbd></dt><dd>${does}</dd>`).join('')}</dl></dialog>`;

/** Data as an element that no browser runs. */
function block(id: string, type: string, text: string): string {
  return `<script type="${type}" id="${id}">${text}</script>\n`;
}

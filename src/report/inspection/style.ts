import { CLASS_COLOURS, classColours } from '../../pixels/class-colours.ts';

/** The CSS class in which a thing has the colour of the class at this place; after those that there are they repeat. */
export function classStyle(place: number): string {
  return `c${place % CLASS_COLOURS}`;
}

/** A variable for each colour, on light or dark paper. */
function colourRules(ground: 'onLight' | 'onDark'): string {
  return classColours(CLASS_COLOURS)
    .map((colours, i) => `.${classStyle(i)} { --class: ${colours[ground]}; }`)
    .join(' ');
}

/** The look of the page: light or dark as the reader prefers, and without information in colour alone. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c1f23; --soft: #5c6670; --line: #d9dee3; --paper: #ffffff; --card: #f5f7f9;
  --mark: #b35c00; --flag: #e69f00; --good: #00704f; }
${colourRules('onLight')}
@media (prefers-color-scheme: dark) { :root { --ink: #e7eaed; --soft: #a3adb7; --line: #363d45; --paper: #14171a;
  --card: #1e2328; --mark: #f0b040; --flag: #e69f00; --good: #4cc79b; }
  .plot svg { filter: invert(1) hue-rotate(180deg); }
  ${colourRules('onDark')} }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 28px 24px 64px; max-width: 1180px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif; }
h1 { font-size: 25px; line-height: 1.25; margin: 0 0 2px; }
h2 { font-size: 19px; margin: 40px 0 10px; }
h3 { font-size: 15px; margin: 0 0 6px; }
p { margin: 6px 0; max-width: 82ch; }
.soft { color: var(--soft); }
.path { color: var(--soft); overflow-wrap: anywhere; margin: 0; }
.facts { display: flex; flex-wrap: wrap; gap: 10px; margin: 18px 0 0; padding: 0; list-style: none; }
.facts li { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 8px 14px; min-width: 96px; }
.facts b { display: block; font-size: 21px; line-height: 1.25; font-variant-numeric: tabular-nums; }
.facts span { color: var(--soft); font-size: 13px; }
.facts .flagged b { color: var(--mark); }
.facts .good b { color: var(--good); }
ol.advice { margin: 0; padding: 0; list-style: none; }
ol.advice li { border-left: 4px solid var(--line); padding: 3px 0 3px 14px; margin: 10px 0; max-width: 92ch; }
ol.advice li.serious { border-color: var(--flag); }
ol.advice .remedy { display: block; color: var(--soft); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 5px 18px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; white-space: nowrap; vertical-align: bottom; }
.n { text-align: right; }
td.n { white-space: nowrap; }
figure { margin: 18px 0 30px; }
figcaption { margin-bottom: 6px; }
figcaption b { margin-right: 10px; }
.plate { display: block; max-width: max(100%, 760px); height: auto; }
.plate text { fill: var(--soft); font-size: 13px; }
.plate .well { fill: transparent; stroke: var(--line); stroke-width: 1; }
.plate .bad { fill: transparent; stroke: var(--flag); }
.plate .lost { stroke: var(--soft); stroke-width: 2; }
.plate .tag { fill: var(--flag); }
.plate .paper { fill: var(--paper); }
.plate .ground { fill: var(--card); }
.plate .class, .class-code { fill: var(--class); background: var(--class); }
.plate .number { fill: var(--paper); font-weight: 700; }
.plate .none { fill: var(--soft); }
.class-code { display: inline-block; min-width: 1.7em; padding: 0 .35em; border-radius: 3px; color: var(--paper);
  font-weight: 700; font-size: 12.5px; text-align: center; }
.views { border: 0; padding: 0; margin: 10px 0; display: flex; flex-wrap: wrap; gap: 4px 18px; align-items: baseline; }
.views legend { float: left; padding: 0; margin-right: 16px; }
.views label { padding: 8px 0; cursor: pointer; }
.views input { accent-color: var(--mark); width: 17px; height: 17px; vertical-align: -3px; margin: 0 6px 0 0; }
.as-class, .codes.as-class { display: none; }
.plates:has(#show-classes:checked) g.as-class { display: inline; }
.plates:has(#show-classes:checked) .codes.as-class { display: flex; }
.plates:has(#show-classes:checked) .as-picture { display: none; }
.plate .code { fill: #1c1f23; font-weight: 700; }
.codes { display: flex; flex-wrap: wrap; gap: 4px 16px; padding: 0; margin: 8px 0; list-style: none; font-size: 13.5px; }
.code { display: inline-block; min-width: 1.5em; padding: 0 .35em; border-radius: 3px; background: var(--flag); color: #1c1f23;
  font-weight: 700; font-size: 12.5px; text-align: center; }
.close { width: 132px; height: 132px; object-fit: contain; background: #000; border-radius: 4px; display: block; }
.plot { overflow-x: auto; }
.plot svg { max-width: max(100%, 520px); height: auto; }
.plot svg > rect { fill: transparent; }
.key { white-space: nowrap; }
.swatch { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin-right: .3em; border: 1px solid var(--soft); }
@media (max-width: 640px) {
  .flagged thead { display: none; }
  .flagged tr { display: grid; grid-template-columns: 144px 1fr; border-bottom: 1px solid var(--line); padding: 8px 0; }
  .flagged td { display: block; border: 0; padding: 0; text-align: left; grid-column: 2; }
  .flagged td:first-child { grid-area: 1 / 1 / 7 / 2; }
  .flagged td:nth-child(2)::before { content: "field "; }
  .flagged td:nth-child(5):not(:empty)::before { content: "site "; }
  .flagged td:last-child { grid-column: 1 / 3; padding-top: 6px; }
}
`;

import { escaped, table } from '../../inspection/html.ts';
import type { ReportDocument } from '../document.ts';
import type { Section } from './section.ts';

/** How the results were made: the command, options, versions and hashes, and a paragraph for a methods section. */
export function madeSection({ made }: ReportDocument): Section {
  const { command, date, versions, options, hashes, methods, references } = made;
  const version = Object.entries(versions).map(([name, value]) => `${name} ${value}`);
  return {
    id: 'made',
    name: 'How it was made',
    html: `<h2>How it was made</h2>
<p class="soft">${escaped([...version, date].filter(Boolean).join('; '))}</p>
<h3>Command ${copyButton('command', 'command')}</h3>
<pre id="command" tabindex="0" class="wide">${escaped(command)}</pre>
${methods === '' ? '' : methodsOf(methods, references)}
${details(
  'Options',
  ['Option', 'Value'],
  options.map(({ name, value }) => [`<code>${escaped(name)}</code>`, escaped(value)]),
)}
${details(
  'Files and their SHA-256',
  ['File', 'SHA-256'],
  hashes.map(({ name, hash }) => [escaped(name), `<code class="hash">${escaped(hash)}</code>`]),
)}`,
  };
}

function methodsOf(methods: string, references: readonly string[]): string {
  const sources =
    references.length === 0 ? '' : `\n<ol>${references.map((text) => `<li>${escaped(text)}</li>`).join('\n')}</ol>`;
  const paragraphs = methods.split(/\n{2,}/).map((text) => `<p>${escaped(text)}</p>`);
  return `<h3>Methods ${copyButton('methods', 'methods')}</h3>\n<div id="methods" class="methods">${paragraphs.join('\n')}${sources}</div>`;
}

function copyButton(target: string, what: string): string {
  return `<button type="button" class="quiet copy" data-copy="${target}" aria-label="Copy the ${what}">Copy</button>`;
}

function details(title: string, header: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  return `<details><summary>${escaped(title)} (${rows.length})</summary>${table(header, rows)}</details>`;
}

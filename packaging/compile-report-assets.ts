import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const FOLDER = new URL('../src/report/page/script/', import.meta.url);

/** The text of src/report/page/assets.ts: the script and the style of the page of a report, each as one string. */
export async function compileReportAssets(): Promise<string> {
  const [script, style] = await Promise.all([bundle('main.ts'), bundle('style/style.css')]);
  const hash = createHash('sha256').update(script).digest('base64');
  return [
    '/** Script and style of the page of a report. Made of script/ by `npm run report-assets`. */',
    `export const SCRIPT = ${literal(script)};`,
    '',
    '/** SHA-256 of the script, for the security policy of the page. */',
    `export const SCRIPT_HASH = '${hash}';`,
    '',
    `export const STYLE = ${literal(style)};`,
    '',
  ].join('\n');
}

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(entry, FOLDER))],
    ...{ bundle: true, minify: true, write: false, format: 'iife', platform: 'browser', target: 'es2022' },
    conditions: ['browser'],
    charset: 'utf8',
    legalComments: 'none',
  });
  const text = outputFiles[0]!.text.trim();
  // What would end the element that it stands in.
  if (/<\/(script|style)/i.test(text)) throw new Error(`${entry} holds an end tag`);
  return text;
}

/** A string in lines of some length, so that changes can be read. */
function literal(text: string): string {
  const lines = text.match(/[\s\S]{1,110}/g) ?? [];
  return `[\n${lines.map((line) => `  ${JSON.stringify(line)},`).join('\n')}\n].join('')`;
}

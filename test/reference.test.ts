/** docs/reference.md is what the schemas of the workflows say. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { documented, referencePage } from '../docs/reference-page.ts';
import { overwrite, screen, text, wholeNumber } from '../src/workflows/request-fields.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const workflows = join(root, 'src', 'workflows');

describe('docs/reference.md', () => {
  it('is up to date', async () => {
    const page = await readFile(join(root, 'docs', 'reference.md'), 'utf8');
    expect(page, 'docs/reference.md is not up to date: npm run docs').toBe(referencePage());
  });

  it('has every workflow', async () => {
    const folders = await readdir(workflows);
    const existing = folders.filter((name) => existsSync(join(workflows, name, `${name}.ts`)));
    expect(documented.map(({ title }) => title).sort()).toEqual(existing.sort());
    for (const name of existing) expect(existsSync(join(root, 'docs', 'guides', `${name}.md`)), name).toBe(true);
  });

  it('describes every option', () => {
    for (const { title, request } of documented) {
      for (const [name, field] of Object.entries(z.toJSONSchema(request, { io: 'input' }).properties ?? {})) {
        expect((field as { description?: string }).description, `${title}: ${name}`).toMatch(/\w/);
      }
    }
  });
});

it('puts required options first and shows bounds, defaults and types', () => {
  const request = z.strictObject({
    overwrite: overwrite('the file'),
    folds: wholeNumber({ least: 2, most: 9 }).default(5).meta({ description: 'folds of ‹cellSize›', value: 'k' }),
    cellSize: text().meta({ description: 'a | b', value: 'pixels' }),
    screen,
    ways: z.array(text()).default([]).meta({ description: 'ways', value: 'name', commas: true }),
  });
  const result = z.object({ out: z.string().nullable().meta({ description: 'the file' }) });
  const page = referencePage([{ title: 'try', description: 'Tries.', request, result }]);
  expect(page).toContain('milscope try <screen> --cell-size <pixels> [options]');
  const rows = page.split('\n').filter((line) => /^\| `(--(?!json|seed|threads|device|debug)|<|out)/.test(line));
  expect(rows).toEqual([
    expect.stringMatching(/^\| `<screen>` \|/),
    '| `--cell-size <pixels>` | a \\| b | text | required |',
    '| `--folds <k>` | folds of `--cell-size` | whole number from 2 to 9 | `5` |',
    '| `--ways <name>` | ways | list, with commas |  |',
    '| `--overwrite` | replace the file | yes or no |  |',
    '| `out` | text or null | the file |',
  ]);
});

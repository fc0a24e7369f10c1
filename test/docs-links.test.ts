/** Every relative link and picture of the documentation leads to a file, and every #part of it to a heading. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

async function pagesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true });
  return entries.filter((name) => name.endsWith('.md')).map((name) => join(root, folder, name));
}

const topPages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'].map((name) => join(root, name));
const documentation = [...topPages, ...(await pagesUnder('docs'))];
const pages = [...documentation, ...(await pagesUnder('src'))];

/** The text of a page without its code. */
const proseOf = async (page: string) => (await readFile(page, 'utf8')).replaceAll(/^```.*?^```$/gms, '');

/** The anchors that GitHub gives the headings of a page. */
async function anchorsOf(page: string): Promise<string[]> {
  return [...(await proseOf(page)).matchAll(/^#+ (.+)$/gm)].map(([, text]) =>
    text!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** The links of a page that lead to files: `[text](target)`, `![text](target)`. */
async function linksOf(page: string): Promise<string[]> {
  const targets = [...(await proseOf(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

describe.each(pages.map((page) => [relative(root, page), page]))('%s', (_, page) => {
  it('has links and pictures that exist', async () => {
    for (const link of await linksOf(page)) {
      const [path, anchor] = link.split('#') as [string, string | undefined];
      const target = path === '' ? page : resolve(dirname(page), path);
      expect(existsSync(target), link).toBe(true);
      if (anchor !== undefined) expect(await anchorsOf(target), link).toContain(anchor);
    }
  });
});

it('is all reached from README.md', async () => {
  const reached = new Set<string>();
  const follow = async (page: string): Promise<void> => {
    if (reached.has(page)) return;
    reached.add(page);
    for (const link of await linksOf(page)) {
      const target = resolve(dirname(page), link.split('#')[0]!);
      if (target.endsWith('.md') && existsSync(target)) await follow(target);
    }
  };
  await follow(join(root, 'README.md'));
  expect(documentation.filter((page) => !reached.has(page)).map((page) => relative(root, page))).toEqual([]);
});

/** Rules of the house that no other check holds. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = filesBelow('src').filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

function linesOf(file: string): number {
  return readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length;
}

/** The texts in the strings and templates of a file. */
function stringsOf(file: string): string[] {
  const found: string[] = [];
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.ESNext);
  const look = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      found.push(node.text);
    }
    ts.forEachChild(node, look);
  };
  look(source);
  return found;
}

describe('the house', () => {
  it('has some 25 files directly in a folder at most', () => {
    const counts = new Map<string, number>();
    for (const file of sources) {
      const folder = file.slice(0, file.lastIndexOf('/'));
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
    // The commands of the command line are a file each.
    const crowded = [...counts].filter(([, count]) => count > 28);
    expect(crowded).toEqual([]);
  });

  it('has at most 2500 lines of command line', () => {
    const lines = sources.filter((file) => file.startsWith('src/cli/')).map(linesOf);
    expect(lines.reduce((sum, own) => sum + own, 0)).toBeLessThanOrEqual(2500);
  });

  it('has no file of a workflow above 250 lines', () => {
    const long = sources.filter((file) => file.startsWith('src/workflows/') && linesOf(file) > 250);
    expect(long).toEqual([]);
  });

  it('touches the process in the entry of the command line alone, and where Node is meant', () => {
    // The doctor examines the process itself.
    const meant = /\/node\/|^src\/cli\/(milscope|doctor\/examine-machine)\.ts$/;
    const touching = sources.filter(
      (file) =>
        !meant.test(file) &&
        /(?<![\w.*] ?)process\.\w/.test(readFileSync(join(root, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '')),
    );
    expect(touching).toEqual([]);
  });

  it('names no option of the command line below the command line', () => {
    // A page has properties of its own in its style, and a child process is started by a command line.
    const apart = /^src\/(cli|threads)\/|^src\/report\/(inspection\/style\.ts$|page\/(assets\.ts$|script\/|testing\/))/;
    const naming = sources
      .filter((file) => !apart.test(file))
      .flatMap((file) =>
        stringsOf(file)
          .filter((text) => /(^|[^-\w])--[a-z]/.test(text))
          .map((text) => `${file}: ${text}`),
      );
    expect(naming).toEqual([]);
  });
});

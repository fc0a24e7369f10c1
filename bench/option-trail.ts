/**
 * Follows one field of the train request through the sources, by TypeScript's own references: which files name it, or a
 * variable, parameter or property that is assigned from it, and where it is handed back: returned to a file that imports the
 * one it is returned from.
 *
 *     npx tsx bench/option-trail.ts [--field label] [--request src/workflows/train/request.ts]
 */

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import ts from 'typescript';

const { values } = parseArgs({
  options: {
    field: { type: 'string', default: 'label' },
    request: { type: 'string', default: 'src/workflows/train/request.ts' },
  },
});
const root = fileURLToPath(new URL('..', import.meta.url));
const { service, program } = openProject();
const checker = program.getTypeChecker();

/** Places of declarations whose references are to be followed, and those that were. */
const waiting: { readonly file: string; readonly at: number }[] = [];
const followed = new Set<string>();
const named = new Map<string, Set<number>>();
const handedBack = new Map<string, string>();

follow(fieldOf(values.request, values.field));
for (let next = waiting.shift(); next; next = waiting.shift()) {
  for (const { references } of service.findReferences(next.file, next.at) ?? []) {
    for (const { fileName, textSpan } of references) if (isOurs(fileName)) visit(fileName, textSpan.start);
  }
}

const files = [...named].sort(([a], [b]) => (a < b ? -1 : 1));
for (const [file, lines] of files) {
  process.stdout.write(`${short(file)}: line ${[...lines].sort((a, b) => a - b).join(', ')}\n`);
}
for (const text of handedBack.values()) process.stdout.write(`handed back: ${text}\n`);
process.stdout.write(`${files.length} files name ${values.field} or what is assigned from it; `);
process.stdout.write(`it is handed back to an importer ${handedBack.size} times\n`);

function openProject() {
  const path = ts.findConfigFile(root, ts.sys.fileExists, 'tsconfig.json')!;
  const config = ts.getParsedCommandLineOfConfigFile(
    path,
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} },
  )!;
  const texts = new Map<string, ts.IScriptSnapshot>();
  const host: ts.LanguageServiceHost = {
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
    getScriptFileNames: () => config.fileNames,
    getScriptVersion: () => '1',
    getScriptSnapshot(file) {
      const known = texts.get(file);
      if (known) return known;
      const text = ts.sys.readFile(file);
      if (text === undefined) return undefined;
      const snapshot = ts.ScriptSnapshot.fromString(text);
      texts.set(file, snapshot);
      return snapshot;
    },
    getCurrentDirectory: () => root,
    getCompilationSettings: () => config.options,
    getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
  };
  const made = ts.createLanguageService(host);
  return { service: made, program: made.getProgram()! };
}

/** The property of an object literal in a file: the field in the schema of the request. */
function fieldOf(file: string, name: string): ts.Node {
  const source = program.getSourceFile(`${root}${file}`);
  if (!source) throw new Error(`${file} is not in the project`);
  let found: ts.Node | undefined;
  const look = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === name) found ??= node.name;
    ts.forEachChild(node, look);
  };
  look(source);
  if (!found) throw new Error(`${file} has no field ${name}`);
  return found;
}

/** Tests name what they test, and are no part of the way. */
function isOurs(file: string): boolean {
  return file.startsWith(`${root}src/`) && !/\.test\.ts$|\/testing\//.test(file);
}

function short(file: string): string {
  return file.slice(root.length);
}

function follow(name: ts.Node): void {
  const file = name.getSourceFile().fileName;
  const key = `${file}:${name.getStart()}`;
  if (!isOurs(file) || followed.has(key)) return;
  followed.add(key);
  waiting.push({ file, at: name.getStart() });
}

/** A place where it is named: notes it, and follows where it goes from there. */
function visit(file: string, start: number): void {
  const source = program.getSourceFile(file)!;
  const lines = named.get(file) ?? new Set();
  named.set(file, lines.add(source.getLineAndCharacterOfPosition(start).line + 1));
  const node = tokenAt(source, start);
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent)) passed(parent);
  else if (ts.isBindingElement(parent)) follow(parent.name);
  else goesOn(ts.isPropertyAccessExpression(parent) && parent.name === node ? parent : node);
}

/** Where the value of an expression goes. */
function goesOn(value: ts.Node): void {
  const { parent } = value;
  const through =
    ts.isNonNullExpression(parent) || ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent)
      ? true
      : ts.isConditionalExpression(parent)
        ? parent.condition !== value
        : ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken;
  if (through) goesOn(parent);
  else if (ts.isVariableDeclaration(parent) && parent.initializer === value) follow(parent.name);
  else if (ts.isPropertyAssignment(parent) && parent.initializer === value) passed(parent);
  else if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) {
    const place = parent.arguments?.indexOf(value as ts.Expression) ?? -1;
    const parameter = place < 0 ? undefined : checker.getResolvedSignature(parent)?.getDeclaration()?.parameters[place];
    if (parameter && ts.isIdentifier(parameter.name)) follow(parameter.name);
  } else if (ts.isReturnStatement(parent) || (ts.isArrowFunction(parent) && parent.body === value)) noteHandBack(value);
}

/** It becomes a property of an object: the property is followed, as its type declares it. */
function passed(property: ts.PropertyAssignment | ts.ShorthandPropertyAssignment): void {
  const literal = property.parent;
  const type = checker.getContextualType(literal);
  const declared = type && checker.getPropertyOfType(type, property.name.getText());
  for (const declaration of declared?.declarations ?? []) {
    const name = ts.getNameOfDeclaration(declaration);
    if (name) follow(name);
  }
  follow(property.name);
  let outer: ts.Node = literal;
  while (ts.isParenthesizedExpression(outer.parent) || ts.isSpreadAssignment(outer.parent)) outer = outer.parent;
  if (ts.isReturnStatement(outer.parent) || (ts.isArrowFunction(outer.parent) && outer.parent.body === outer)) {
    noteHandBack(literal);
  }
}

/** Notes a return out of a function that other files import. */
function noteHandBack(value: ts.Node): void {
  const owner = ts.findAncestor(value, (node): node is ts.FunctionLikeDeclaration => ts.isFunctionLike(node));
  if (!owner || !ts.isFunctionDeclaration(owner) || !owner.name) return;
  const exported = owner.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  if (!exported) return;
  const { fileName } = owner.getSourceFile();
  const callers = (service.findReferences(fileName, owner.name.getStart()) ?? [])
    .flatMap(({ references }) => references.map((reference) => reference.fileName))
    .filter((other) => other !== fileName && isOurs(other));
  if (callers.length === 0) return;
  handedBack.set(`${fileName} ${owner.name.text}`, `${short(fileName)}: ${owner.name.text} to ${short(callers[0]!)}`);
}

function tokenAt(source: ts.SourceFile, start: number): ts.Node {
  let found: ts.Node = source;
  const look = (node: ts.Node): void => {
    if (node.getStart(source) <= start && start < node.getEnd()) {
      found = node;
      ts.forEachChild(node, look);
    }
  };
  look(source);
  return found;
}

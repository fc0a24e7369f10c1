/**
 * Follows one field of the train request through the sources, by TypeScript's own references: which files name it, or a
 * variable, parameter or property that is assigned from it, and where it is handed back.
 *
 *     npx tsx bench/option-trail.ts [--field label] [--request src/workflows/train/request.ts]
 *
 * It is followed into variables, into the parameters of the functions that it is given to, alone or in an object, and into
 * the records of workflows that it becomes a part of, wherever these are read. What is computed from it is another thing. It is
 * handed back when a function returns it, alone or in an object made for it, to a file that imports the function's.
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

/** Declarations whose references are to be followed: of the value itself, or of an object that has it under a name. */
interface Trail {
  readonly name: ts.Node;
  /** Under which name an object has the value; undefined for the value itself. */
  readonly property: string | undefined;
}
const waiting: Trail[] = [];
const followed = new Set<string>();
const named = new Map<string, Set<number>>();
const handedBack = new Map<string, string>();

const field = fieldOf(values.request, values.field);
follow(field);
for (const source of program.getSourceFiles()) if (isOurs(source.fileName)) ts.forEachChild(source, givenWhole);
for (let next = waiting.shift(); next; next = waiting.shift()) {
  const { name, property } = next;
  for (const { references } of service.findReferences(name.getSourceFile().fileName, name.getStart()) ?? []) {
    for (const { fileName, textSpan } of references) {
      // A variable is named in its own file alone; asked for one that was taken out of an object, the rest is of the property.
      if (!isOurs(fileName) || (isLocal(name) && fileName !== name.getSourceFile().fileName)) continue;
      const node = tokenAt(program.getSourceFile(fileName)!, textSpan.start);
      if (property === undefined) visit(node);
      else visitHolder(node, property);
    }
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

function isLocal({ parent }: ts.Node): boolean {
  return ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent);
}

/** A request that is given on whole, to a function that names what it wants of it by a type of its own. */
function givenWhole(node: ts.Node): void {
  if (ts.isCallExpression(node)) {
    for (const value of node.arguments) {
      const holds = ts.isIdentifier(value) || ts.isObjectLiteralExpression(value);
      const own = holds ? checker.getTypeAtLocation(value).getProperty(values.field) : undefined;
      if (!own?.declarations?.some((declaration) => ts.getNameOfDeclaration(declaration) === field)) continue;
      const parameter = parameterOf(node, value);
      if (parameter) unpack(parameter.name, values.field);
    }
  }
  ts.forEachChild(node, givenWhole);
}

function follow(name: ts.Node, property?: string): void {
  const { fileName } = name.getSourceFile();
  const key = `${fileName}:${name.getStart()}:${property}`;
  if (!isOurs(fileName) || followed.has(key)) return;
  followed.add(key);
  waiting.push({ name, property });
}

function note(node: ts.Node): void {
  const source = node.getSourceFile();
  const lines = named.get(source.fileName) ?? new Set();
  named.set(source.fileName, lines.add(source.getLineAndCharacterOfPosition(node.getStart()).line + 1));
}

/** A place where the value is named. Another object that is made with a property of that name holds something else. */
function visit(node: ts.Node): void {
  const { parent } = node;
  if (ts.isPropertyAssignment(parent) && parent.name === node && !followed.has(keyOf(node))) return;
  note(node);
  if (ts.isShorthandPropertyAssignment(parent)) passed(parent);
  else if (ts.isBindingElement(parent)) bind(parent);
  else goesOn(ts.isPropertyAccessExpression(parent) && parent.name === node ? parent : node);
}

function keyOf(node: ts.Node): string {
  return `${node.getSourceFile().fileName}:${node.getStart()}:undefined`;
}

function bind(element: ts.BindingElement): void {
  if (ts.isIdentifier(element.name)) follow(element.name);
}

/** A place where an object is named that has the value. */
function visitHolder(node: ts.Node, property: string): void {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.expression === node) {
    if (parent.name.text !== property) return;
    note(parent.name);
    goesOn(parent);
  } else if (ts.isVariableDeclaration(parent) && parent.initializer === node) unpack(parent.name, property);
  else if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) {
    const parameter = parameterOf(parent, node);
    if (parameter) unpack(parameter.name, property);
  }
}

/** The value in an object that is given a name, or taken apart. */
function unpack(name: ts.BindingName, property: string): void {
  if (ts.isIdentifier(name)) follow(name, property);
  else {
    for (const element of name.elements) {
      if (ts.isOmittedExpression(element)) continue;
      if (element.dotDotDotToken && ts.isIdentifier(element.name)) follow(element.name, property);
      else if ((element.propertyName ?? element.name).getText() === property) bind(element);
    }
  }
}

function parameterOf(call: ts.CallExpression | ts.NewExpression, value: ts.Node): ts.ParameterDeclaration | undefined {
  const place = call.arguments?.indexOf(value as ts.Expression) ?? -1;
  return place < 0 ? undefined : checker.getResolvedSignature(call)?.getDeclaration()?.parameters[place];
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
    const parameter = parameterOf(parent, value);
    if (parameter && ts.isIdentifier(parameter.name)) follow(parameter.name);
  } else if (ts.isReturnStatement(parent) || (ts.isArrowFunction(parent) && parent.body === value)) noteHandBack(value);
}

/** It becomes a property of an object: of a record of the workflows, which is followed wherever it is read, or of one that is given on. */
function passed(property: ts.PropertyAssignment | ts.ShorthandPropertyAssignment): void {
  const name = property.name.getText();
  let literal: ts.Node = property.parent;
  const type = checker.getContextualType(property.parent);
  const declarations = (type && checker.getPropertyOfType(type, name)?.declarations) ?? [];
  for (const declaration of declarations) {
    const declared = ts.getNameOfDeclaration(declaration);
    if (declared && short(declared.getSourceFile().fileName).startsWith('src/workflows/')) follow(declared);
  }
  while (ts.isParenthesizedExpression(literal.parent) || ts.isSpreadAssignment(literal.parent))
    literal = literal.parent;
  const { parent } = literal;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) {
    const parameter = parameterOf(parent, literal);
    if (parameter) unpack(parameter.name, name);
  } else if (ts.isVariableDeclaration(parent) && parent.initializer === literal) unpack(parent.name, name);
  else if (ts.isReturnStatement(parent) || (ts.isArrowFunction(parent) && parent.body === literal))
    noteHandBack(literal);
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

/** A warm vitest in a process of its own: it runs test files on the code with one mutant in it, or notes which test reaches which mutant. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVitest, type TestModule, type Vitest } from 'vitest/node';
import type { Instrumented, PlacedMutant } from './sample.js';

/** What a test file reaches: the mutants of each test, and those run while the file is loaded or in a hook. */
export interface Coverage {
  readonly perTest: Readonly<Record<string, readonly string[]>>;
  readonly always: readonly string[];
  readonly milliseconds: number;
  readonly failed: boolean;
}

/** A test file and, where they are known, the identifiers of the tests to run in it. */
export interface Selection {
  readonly file: string;
  readonly tests?: readonly string[];
}

export interface Runner {
  /** The title of the first test that fails with the mutant, or the error of a file that does not load; undefined where all pass. */
  kill(mutant: PlacedMutant, selection: Selection): Promise<string | undefined>;
  /** Runs a test file of the code with every mutant switched off, and says what its tests reach. */
  cover(file: string): Promise<Coverage>;
  close(): Promise<void>;
}

const setup = '/@mutants/setup.ts';
/** Run in the process of the tests: writes which mutants were passed, by test. */
const setupCode = (file: string) => `
import { writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeEach } from 'vitest';
const stryker = (globalThis.__stryker__ ??= {});
beforeEach(({ task }) => { stryker.currentTestId = task.id; });
afterEach(() => { stryker.currentTestId = undefined; });
afterAll(() => { if (stryker.mutantCoverage) writeFileSync(${JSON.stringify(file)}, JSON.stringify(stryker.mutantCoverage)); });
`;

/** Starts vitest on the project in `root`; one test file at a time, in one process. */
export async function createRunner(root: string, instrumented: Instrumented): Promise<Runner> {
  const report = join(tmpdir(), `mutants-${process.pid}.json`);
  let mutant: PlacedMutant | undefined;
  let covering = false;
  const relative = (id: string) => id.split('?')[0]!.slice(root.length + 1);
  const vitest = await createVitest(
    'test',
    {
      root,
      watch: false,
      maxWorkers: 1,
      reporters: [{}],
      silent: true,
      bail: 1,
      setupFiles: [setup],
      testTimeout: 60_000,
    },
    {
      plugins: [
        {
          name: 'mutants',
          enforce: 'pre',
          resolveId: (id) => (id.endsWith(setup) ? setup : null),
          load(id) {
            if (id.split('?')[0] === setup) return setupCode(report);
            if (!id.startsWith(`${root}/src/`)) return null;
            const file = relative(id);
            if (covering) return instrumented.files.get(file) ?? null;
            return mutant?.file === file ? mutate(readFileSync(join(root, file), 'utf8'), mutant) : null;
          },
        },
      ],
    },
  );
  /** What failed first. Vitest also hands back what it remembers of other files, which is left out. */
  const run = async ({ file, tests }: Selection): Promise<string | undefined> => {
    const path = join(root, file);
    const specification = vitest.getRootProject().createSpecification(path, tests ? { testIds: [...tests] } : {});
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications([specification]);
    const module = testModules.find(({ moduleId }) => moduleId === path);
    if (!module) throw new Error(`${file} was not run`);
    const ran = [...module.children.allTests()].some((test) => /passed|failed/.test(test.result().state));
    if (tests && !ran && module.state() !== 'failed') return run({ file });
    return firstFailure(module) ?? (unhandledErrors.length > 0 ? 'an unhandled error' : undefined);
  };
  const cover = (on: boolean) => {
    if (covering === on) return;
    covering = on;
    for (const file of [...instrumented.files.keys()].map((name) => join(root, name))) vitest.invalidateFile(file);
  };
  return {
    async kill(next, selection) {
      cover(false);
      change(vitest, root, mutant, next);
      mutant = next;
      return run(selection);
    },
    async cover(file) {
      cover(true);
      rmSync(report, { force: true });
      const began = performance.now();
      const failure = await run({ file });
      const milliseconds = Math.round(performance.now() - began);
      const found = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : { static: {}, perTest: {} };
      rmSync(report, { force: true });
      const perTest = Object.entries(found.perTest as Record<string, object>);
      return {
        perTest: Object.fromEntries(perTest.map(([test, reached]) => [test, Object.keys(reached)])),
        always: Object.keys(found.static),
        milliseconds,
        failed: failure !== undefined,
      };
    },
    close: () => vitest.close(),
  };
}

/** The code with the mutant in it. In parentheses where the new operator may bind otherwise than the old one. */
function mutate(code: string, { start, end, mutator, replacement }: PlacedMutant): string {
  return code.slice(0, start) + (mutator === 'LogicalOperator' ? `(${replacement})` : replacement) + code.slice(end);
}

/** Makes vitest read again what is no longer, and what is now, another code. */
function change(vitest: Vitest, root: string, from: PlacedMutant | undefined, to: PlacedMutant): void {
  for (const mutant of [from, to]) if (mutant) vitest.invalidateFile(join(root, mutant.file));
}

function firstFailure(module: TestModule): string | undefined {
  for (const test of module.children.allTests('failed')) return test.fullName;
  for (const suite of module.children.allSuites()) if (suite.state() === 'failed') return suite.fullName;
  return module.state() === 'failed' ? `${module.errors()[0]?.message ?? 'not loaded'}`.split('\n')[0]! : undefined;
}

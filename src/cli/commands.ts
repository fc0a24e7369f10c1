import { Command } from 'commander';
import type { CreateCommand } from './main.ts';

/** What the help of the program says of a command, and where the command is made. */
interface OutlinedCommand {
  readonly name: string;
  /** The names of its arguments. */
  readonly args: readonly string[];
  readonly description: string;
  readonly load: () => Promise<CreateCommand>;
}

/** Every command, in the order of the help. A command is loaded when it is asked for: each needs much that others do not. */
const outline: readonly OutlinedCommand[] = [
  {
    name: 'doctor',
    args: [],
    description: 'Check whether milscope can work on this machine, and say what to do if not.',
    // It must come also where a native library cannot be loaded.
    load: async () => (await import('./doctor/doctor.ts')).createDoctorCommand,
  },
  {
    name: 'simulate',
    args: ['dir'],
    description: 'Make a synthetic screen with truth: images, labels, masks, and the class of every cell.',
    load: async () => (await import('./simulate.ts')).createSimulateCommand,
  },
  {
    name: 'fetch',
    args: ['set'],
    description: 'Download a published screen: its tables, and its plates, checked and unpacked.',
    load: async () => (await import('./fetch.ts')).createFetchCommand,
  },
  {
    name: 'table',
    args: ['screen'],
    description: 'Write what was read from a folder, a plate or a table as a LoadData table, to look at and edit.',
    load: async () => (await import('./table.ts')).createTableCommand,
  },
  {
    name: 'inspect',
    args: ['screen'],
    description: 'Open every image of a screen and say what should be known before training.',
    load: async () => (await import('./inspect.ts')).createInspectCommand,
  },
  {
    name: 'illumination',
    args: ['screen'],
    description: 'Estimate how unevenly each plate and channel is illuminated, as functions to divide pixels by.',
    load: async () => (await import('./illumination.ts')).createIlluminationCommand,
  },
  {
    name: 'convert',
    args: ['screen'],
    description: 'Write a screen as OME-Zarr plates, the format that vizarr and napari read.',
    load: async () => (await import('./convert.ts')).createConvertCommand,
  },
  {
    name: 'detect',
    args: ['screen'],
    description: 'Find the nuclei of every field, bright on dark, and write where they are.',
    load: async () => (await import('./detect.ts')).createDetectCommand,
  },
  {
    name: 'train',
    args: ['screen'],
    description: 'Train a classifier on whole fields and their labels, and test it.',
    load: async () => (await import('./train.ts')).createTrainCommand,
  },
  {
    name: 'predict',
    args: ['model', 'screen'],
    description: 'Predict the class of every field of a screen, or of every cell, with the probability of each class.',
    load: async () => (await import('./predict.ts')).createPredictCommand,
  },
  {
    name: 'evaluate',
    args: ['predictions'],
    description: 'Compare predictions with the truth, and with simple baselines.',
    load: async () => (await import('./evaluate.ts')).createEvaluateCommand,
  },
  {
    name: 'hits',
    args: ['predictions'],
    description: 'Score wells against their controls: quality of plates, hits and dose-response.',
    load: async () => (await import('./hits.ts')).createHitsCommand,
  },
  {
    name: 'segment',
    args: ['model', 'screen'],
    description: 'Map which pixels the class of each field rests on, and make masks and regions of the maps.',
    load: async () => (await import('./segment.ts')).createSegmentCommand,
  },
  {
    name: 'compare',
    args: ['screen'],
    description: 'Compare pooling functions with one another and with baselines, as tables and figures.',
    load: async () => (await import('./compare.ts')).createCompareCommand,
  },
  {
    name: 'profile',
    args: ['screen'],
    description: 'Measure the cells of every field as CellProfiler does, for comparison.',
    load: async () => (await import('./profile.ts')).createProfileCommand,
  },
  {
    name: 'report',
    args: ['run, table or folder'],
    description: 'Make the report of a run, a comparison, a segmentation or a table of predictions anew.',
    load: async () => (await import('./report.ts')).createReportCommand,
  },
  {
    name: 'export',
    args: ['model'],
    description: 'Make a package of a model for bioimage.io and the programs that read its packages.',
    load: async () => (await import('./export.ts')).createExportCommand,
  },
  {
    name: 'completion',
    args: ['shell'],
    description: 'Print a script with which a shell completes commands and options.',
    load: async () => (await import('./completion/completion.ts')).createCompletionCommand,
  },
];

/** All commands, loaded. */
export function allCommands(): Promise<readonly CreateCommand[]> {
  return Promise.all(outline.map(({ load }) => load()));
}

/**
 * The commands of the program, of which only what was asked for is loaded: the others are known by their line of the help.
 *
 * @param argv what was typed, without node and script
 */
export async function commandsFor(argv: readonly string[]): Promise<readonly CreateCommand[]> {
  const asked = argv[0] === 'help' ? argv[1] : argv[0];
  // A shell completes the options of all of them.
  const isWhole = asked === 'completion';
  return Promise.all(
    outline.map(async (command) => (isWhole || command.name === asked ? command.load() : () => lineOf(command))),
  );
}

/** The command that was asked for and takes a moment to load; undefined where the help of the program is all. */
export function slowCommand(argv: readonly string[]): string | undefined {
  return outline.find(({ name }) => name === argv[0])?.name;
}

/** A command that is there for its line in the help of the program. */
function lineOf({ name, args, description }: OutlinedCommand): Command {
  const command = new Command(name).description(description);
  for (const arg of args) command.argument(`<${arg}>`);
  // Every command has options, except `completion`.
  return name === 'completion' ? command : command.option('--json');
}

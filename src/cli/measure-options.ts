import type { Command } from 'commander';
import { numberBetween } from './options.ts';

/** Adds the options that say how cells are found and measured. */
export function addMeasureOptions(command: Command): Command {
  return command
    .option(
      '--distance <pixels>',
      'how far a cell reaches beyond its nucleus',
      numberBetween({ least: 0, most: 1000 }),
      10,
    )
    .option(
      '--diameter <pixels>',
      'diameter of a typical nucleus (default: estimated in each field)',
      numberBetween({ least: 1, most: 1000 }),
    );
}

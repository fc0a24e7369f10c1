import type { RunningHost } from '../workflows/host.ts';
import { createNodeHost } from '../workflows/node/node-host.ts';
import type { CommonOptions, Console } from './console.ts';
import { createEventDisplay } from './run-workflow.ts';

/** This computer, showing on the console what it hears; for commands that are no workflows yet. */
export async function runningHost(console: Console, { threads }: Pick<CommonOptions, 'threads'>): Promise<RunningHost> {
  return { ...createNodeHost({ threads }), emit: createEventDisplay(console) };
}

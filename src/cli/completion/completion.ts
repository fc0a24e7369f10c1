import { Argument, Command } from 'commander';
import type { CreateCommand } from '../main.ts';
import { describeCommands } from './described-commands.ts';
import { completionScripts, SHELLS, type Shell } from './shells.ts';

/** `completion bash|zsh|fish`: a script that completes commands, options and their values in a shell. */
export const createCompletionCommand: CreateCommand = (console) => {
  const command = new Command('completion')
    .description('Print a script with which a shell completes commands and options.')
    .addArgument(new Argument('<shell>', 'shell that completes').choices(SHELLS))
    .addHelpText(
      'after',
      `
Examples:
  eval "$(milscope completion bash)"     in ~/.bashrc
  eval "$(milscope completion zsh)"      in ~/.zshrc, after compinit
  milscope completion fish | source      in ~/.config/fish/config.fish
`,
    );
  return command.action((shell: Shell) => {
    const all = command.parent?.commands ?? [];
    console.out(completionScripts[shell](describeCommands(all)));
  });
};

import type { DescribedCommand, DescribedOption } from './described-commands.ts';

/** Shells that commands are completed in. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** The script that a shell reads to complete the commands, their options and the values of these. */
export const completionScripts: Readonly<Record<Shell, (commands: readonly DescribedCommand[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

const words = (texts: readonly string[]): string => texts.join(' ');
const named = (options: readonly DescribedOption[]): string => words(options.map(({ name }) => name));

/** File names are what bash falls back to, also for values of options. */
function bashScript(commands: readonly DescribedCommand[]): string {
  const values = commands.flatMap(({ name, options }) =>
    options
      .filter(({ choices }) => choices.length > 0)
      .map((option) => `    '${name} ${option.name}') choices='${words(option.choices)}' ;;`),
  );
  const options = commands.map((command) => `    ${command.name}) choices='${named(command.options)}' ;;`);
  return `# bash completion of milscope: eval "$(milscope completion bash)"
_milscope() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD - 1]}" command="\${COMP_WORDS[1]}" choices=''
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${words(commands.map(({ name }) => name))} help' -- "$word"))
    return
  fi
  # In --option=value the sign stands alone.
  if [ "$word" = '=' ]; then word=''; before="\${COMP_WORDS[COMP_CWORD - 1]}"
  elif [ "$before" = '=' ]; then before="\${COMP_WORDS[COMP_CWORD - 2]}"
  fi
  case "$command $before" in
${values.join('\n')}
  esac
  if [ -z "$choices" ]; then
    case "$word" in -*) case "$command" in
${options.join('\n')}
    esac ;; esac
  fi
  if [ -n "$choices" ]; then COMPREPLY=($(compgen -W "$choices" -- "$word")); fi
}
complete -o default -F _milscope milscope
`;
}

function zshScript(commands: readonly DescribedCommand[]): string {
  const quoted = (text: string) => text.replaceAll("'", `'\\''`);
  const plain = (text: string) => quoted(text.replaceAll(/[[\]:\\]/g, (sign) => `\\${sign}`));
  const argumentOf = ({ name, description, value, choices, repeatable }: DescribedOption) => {
    const action = choices.length > 0 ? `(${words(choices)})` : '_files';
    const taken = value === undefined ? '' : `:${plain(value)}:${quoted(action)}`;
    return `        '${repeatable ? '*' : ''}${name}${value === undefined ? '' : '='}[${plain(description)}]${taken}'`;
  };
  const cases = commands.map(
    ({ name, options }) =>
      `    ${name})\n      _arguments \\\n${options.map((option) => `${argumentOf(option)} \\\n`).join('')}        '*:file:_files'\n      ;;`,
  );
  return `#compdef milscope
# zsh completion of milscope: eval "$(milscope completion zsh)"
_milscope() {
  local -a commands
  commands=(
${commands.map(({ name, description }) => `    '${name}:${quoted(description)}'`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
${cases.join('\n')}
  esac
}
if [ "$funcstack[1]" = '_milscope' ]; then
  _milscope "$@"
else
  compdef _milscope milscope
fi
`;
}

function fishScript(commands: readonly DescribedCommand[]): string {
  const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = commands.flatMap(({ name, description, options }) => [
    `complete -c milscope -f -n __fish_use_subcommand -a ${name} -d ${quoted(description)}`,
    ...options.map(({ name: option, description: about, value, choices }) => {
      const taken = value === undefined ? '' : choices.length > 0 ? ` -x -a ${quoted(words(choices))}` : ' -r';
      const under = `-n '__fish_seen_subcommand_from ${name}'`;
      return `complete -c milscope ${under} -l ${option.slice(2)}${taken} -d ${quoted(about)}`;
    }),
  ]);
  return `# fish completion of milscope: milscope completion fish | source\n${lines.join('\n')}\n`;
}

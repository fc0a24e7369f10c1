/**
 * The folder that paths are meant from, where it is not the one that the process started in: `npm run -s milscope -- …` starts
 * commands in the folder of the checkout, wherever the user stands. Scripts of other packages name paths from their own folder.
 */
export function workingFolder(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const { INIT_CWD: stands, npm_lifecycle_event: script, npm_package_name: of } = environment;
  return script === 'milscope' && of === 'milscope' ? stands : undefined;
}

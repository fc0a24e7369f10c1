/** What npm, vitest and the project's own settings put into the environment, and a user's terminal does not have. */
const OURS =
  /^(npm_(package|lifecycle|command|execpath|node|config_(local_prefix|ignore_scripts|onnxruntime_node_install))|onnxruntime_node_install|node_(options|path|env)|vite|init_cwd)/i;

/** The environment of a user's terminal. */
export const usersEnvironment: Readonly<Record<string, string | undefined>> = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !OURS.test(name)),
);

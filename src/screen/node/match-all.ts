import { createContext, Script } from 'node:vm';
import type { MatchAll } from '../access.ts';

/** Compares texts with an expression in a script of its own: only that can be stopped in the middle of one. */
export const matchAll: MatchAll = async ({ source, flags }, texts, { patience }) => {
  const script = new Script(
    `const pattern = new RegExp(source, flags);
     const groupsOf = (found) => found && { ...found.groups };
     JSON.stringify(texts.map((text) => groupsOf(pattern.exec(text))));`,
  );
  try {
    return JSON.parse(script.runInContext(createContext({ source, flags, texts }), { timeout: patience }));
  } catch (cause) {
    if ((cause as { code?: string }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
    throw cause;
  }
};

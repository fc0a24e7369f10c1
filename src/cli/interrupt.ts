/** Lets long work end well on Ctrl-C: the first time it is only asked to, the second time the process ends. */
export function interruptible(): { readonly asked: () => boolean; readonly end: () => void } {
  let asked = false;
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const listen = () => {
    asked = true;
    for (const signal of signals) process.off(signal, listen);
  };
  for (const signal of signals) process.on(signal, listen);
  return {
    asked: () => asked,
    end: () => {
      for (const signal of signals) process.off(signal, listen);
    },
  };
}

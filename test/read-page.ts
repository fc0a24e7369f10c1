/** The code blocks of a language. */
export const blocks = (text: string, language: string) =>
  [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].filter(([, of]) => of === language).map(([, , code]) => code!);

/** The commands that a page shows, each as its words. */
export function shownCommands(text: string): string[][] {
  const lines = blocks(text, 'sh').flatMap((code) => code.replaceAll(/\\\n\s*/g, '').split('\n'));
  return lines
    .filter((line) => line.startsWith('milscope '))
    .map((line) =>
      [...line.replace(/\s+#.*$/, '').matchAll(/'[^']*'|"[^"]*"|\S+/g)].map(([word]) =>
        word.replaceAll(/^['"]|['"]$/g, ''),
      ),
    );
}

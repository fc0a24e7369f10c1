import { byId } from '../dom/element.ts';

const STORED = 'milscope-theme';

/** Light or dark as the system has it, until the reader switches; light on paper. */
export function themeSwitch(): void {
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const show = (theme: string) => {
    root.dataset.theme = theme;
    // What a press does.
    const button = byId('theme');
    if (button !== null) button.textContent = theme === 'dark' ? 'Light' : 'Dark';
    document.dispatchEvent(new Event('themechange'));
  };
  const printed = matchMedia('print');
  const ofSystem = () => (system.matches ? 'dark' : 'light');
  const renew = () => show(printed.matches ? 'light' : (chosen ?? ofSystem()));
  let chosen = read();
  renew();
  system.addEventListener('change', renew);
  printed.addEventListener('change', renew);
  addEventListener('beforeprint', () => show('light'));
  addEventListener('afterprint', renew);
  byId('theme')?.addEventListener('click', () => {
    chosen = root.dataset.theme === 'dark' ? 'light' : 'dark';
    keep(chosen);
    renew();
  });
}

/** Some browsers keep nothing for files from the disk. */
function read(): string | undefined {
  try {
    return localStorage.getItem(STORED) ?? undefined;
  } catch {
    return undefined;
  }
}

function keep(theme: string): void {
  try {
    localStorage.setItem(STORED, theme);
  } catch {
    // Then it holds until the page is closed.
  }
}

import { byId } from '../dom/element.ts';

const STORED = 'milscope-theme';

/** Light or dark as the system has it, until the reader switches. */
export function themeSwitch(): void {
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const show = (theme: string) => {
    root.dataset.theme = theme;
    const button = byId('theme');
    button?.setAttribute('aria-pressed', String(theme === 'dark'));
    document.dispatchEvent(new Event('themechange'));
  };
  const ofSystem = () => (system.matches ? 'dark' : 'light');
  show(read() ?? ofSystem());
  system.addEventListener('change', () => show(read() ?? ofSystem()));
  byId('theme')?.addEventListener('click', () => {
    const next = root.dataset.theme === 'dark' ? 'light' : 'dark';
    keep(next);
    show(next);
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

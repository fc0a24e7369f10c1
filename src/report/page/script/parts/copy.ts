import { byId } from '../dom/element.ts';

/** How long a button says that it has copied (ms). */
const SAID = 1500;

/** Buttons that copy the text of an element. */
export function copyButtons(): void {
  for (const button of document.querySelectorAll<HTMLElement>('[data-copy]')) {
    const name = button.textContent;
    button.addEventListener('click', async () => {
      const text = byId(button.dataset.copy!)?.textContent.trim() ?? '';
      button.textContent = (await copy(text)) ? 'Copied' : 'Not copied';
      setTimeout(() => {
        button.textContent = name;
      }, SAID);
    });
  }
}

/** Through the clipboard, or where a page from the disk may not use it, by selecting the text. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}

/** Writes docs/reference.md from the schemas of the workflows: `npm run docs`. */
import { writeFile } from 'node:fs/promises';
import { referencePage } from './reference-page.ts';

await writeFile(new URL('reference.md', import.meta.url), referencePage());

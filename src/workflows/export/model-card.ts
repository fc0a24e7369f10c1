import { MilscopeError } from '../../errors.ts';
import { defaultDescription, defaultName, defaultTags, type ModelCard } from '../../report/bioimage/description.ts';
import type { ExportRequest } from './request.ts';
import { LICENSE } from './request.ts';
import type { TrainedModel } from './trained-model.ts';

/** The specification wants an author; this one claims nothing. */
const NO_AUTHOR = 'Author not stated';

/** What the package says about the model, in the words of its owner where they are given. @throws BadOption */
export function modelCardOf({ about, time }: TrainedModel, request: ExportRequest): ModelCard {
  const { name = defaultName(about), description = defaultDescription(about), license = LICENSE, tag } = request;
  const authors = request.author.length === 0 ? [NO_AUTHOR] : request.author;
  check('name', name, { fits: /^[\w+\- ()]{5,128}$/, expected: '5 to 128 letters, digits, blanks, _ + - ( )' });
  check('description', description, { fits: /^.{1,1024}$/s, expected: 'at most 1024 characters' });
  check('license', license, { fits: /^[A-Za-z0-9.+-]+$/, expected: 'an SPDX identifier, such as MIT' });
  for (const one of authors) check('author', one, { fits: /^[^/\\]+$/, expected: 'a name without slashes' });
  for (const one of tag) check('tag', one, { fits: /\S/, expected: 'a word' });
  const tags = [...new Set([...defaultTags(about), ...tag])];
  return { name, description, authors, license, tags, timestamp: request.timestamp ?? time };
}

function check(option: string, text: string, { fits, expected }: { fits: RegExp; expected: string }): void {
  if (fits.test(text)) return;
  throw new MilscopeError('BadOption', {
    option,
    problem: 'the specification of bioimage.io does not allow this value',
    found: text,
    expected,
  });
}

import { named } from '../../errors.ts';
import { agreeing, counted } from '../../words.ts';
import type { StoppedWords } from '../shared/stopped.ts';

/**
 * What is told of a conversion that was stopped. It is not resumed, but plates that were finished are whole.
 *
 * @param finished their paths
 */
export function stoppedWords(finished: readonly string[]): StoppedWords {
  const startsOver = 'repeat the command to begin again from the first field';
  if (finished.length === 0) return { kept: 'no plate was finished, so none was written', remedy: startsOver };
  const plates = `${counted(finished.length, 'plate')} ${agreeing(finished.length, 'is', 'are')} whole`;
  return {
    kept: `${plates} (${finished.join(', ')}), and nothing is left of the others`,
    remedy: `${startsOver}, with ${named('overwrite')} to write ${agreeing(finished.length, 'this plate', 'these plates')} anew`,
  };
}

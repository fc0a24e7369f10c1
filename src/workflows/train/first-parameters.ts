import { MilscopeError, named } from '../../errors.ts';
import { fineTune } from '../../network/fine-tuning.ts';
import type { NetworkShape, Parameters } from '../../network/parameters.ts';
import { counted } from '../../words.ts';
import type { Host, RunningHost } from '../host.ts';
import { openModel } from '../shared/open-model.ts';
import type { RunRecord } from '../shared/run-folder.ts';

/** What the last layer of each head is for. */
const LAST_LAYERS = { softmax: 'one class a field', sigmoid: 'several labels a field' } as const;

/** What `run.json` says of the model that a run is fine-tuned from. @throws MissingFile, BadModel */
export async function describeSource(
  file: string | undefined,
  host: Pick<Host, 'files' | 'hash'>,
): Promise<RunRecord['options']['from']> {
  if (file === undefined) return null;
  return { file, sha256: (await openModel(file, host)).hash };
}

/**
 * First values for a run that is fine-tuned; nothing for one that begins anew.
 *
 * @throws ResumeMismatch when the model is no longer the one that the run was begun with
 */
export async function firstParameters(
  { options, classes, channels }: Pick<RunRecord, 'options' | 'classes' | 'channels'>,
  network: NetworkShape,
  host: RunningHost,
): Promise<Parameters | undefined> {
  const { from, seed, head } = options;
  if (!from) return undefined;
  const { bytes, about, hash } = await openModel(from.file, host);
  if (hash !== from.sha256) {
    throw new MilscopeError('ResumeMismatch', {
      file: from.file,
      problem: 'the model is not the one that the run was begun with',
      remedy: `give that model, or start anew with ${named('overwrite')}`,
    });
  }
  const tuned = fineTune({ network, head, classes, channels, seed }, { bytes, file: from.file });
  const say = (message: string) => host.emit({ event: 'noted', message });
  say(
    `fine-tuning ${from.file}, which knows ${tuned.classes.length} of the ${counted(classes.length, 'class')} ` +
      `and ${tuned.channels.length} of the ${counted(channels.length, 'channel')}`,
  );
  if (about.head !== head) {
    say(`its last layer was for ${LAST_LAYERS[about.head]}: its weights are kept, its biases begin anew`);
  }
  return tuned.parameters;
}

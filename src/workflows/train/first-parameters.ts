import type { Console } from '../../cli/console.ts';
import { MilscopeError } from '../../errors.ts';
import { fineTune } from '../../network/fine-tuning.ts';
import type { NetworkShape, Parameters } from '../../network/parameters.ts';
import { nodeAccess } from '../../screen/node/access.ts';
import { openModel } from '../shared/open-model.ts';
import type { RunRecord } from '../shared/run-folder.ts';

/** What the last layer of each head is for. */
const LAST_LAYERS = { softmax: 'one class a field', sigmoid: 'several labels a field' } as const;

/** What `run.json` says of the model that a run is fine-tuned from. Throws `MissingFile` or `BadModel`. */
export async function describeSource(file: string | undefined): Promise<RunRecord['options']['from']> {
  if (file === undefined) return null;
  return { file, sha256: (await openModel(file, nodeAccess)).hash };
}

/**
 * First values for a run that is fine-tuned; nothing for one that begins anew. Throws `ResumeMismatch` when the model is
 * no longer the one that the run was begun with.
 */
export async function firstParameters(
  { options, classes, channels }: RunRecord,
  { network, console }: { network: NetworkShape; console: Console },
): Promise<Parameters | undefined> {
  const { from, seed, head } = options;
  if (!from) return undefined;
  const { bytes, about, hash } = await openModel(from.file, nodeAccess);
  if (hash !== from.sha256) {
    throw new MilscopeError('ResumeMismatch', {
      file: from.file,
      problem: 'the model is not the one that the run was begun with',
      remedy: 'give that model, or start anew with --overwrite',
    });
  }
  const tuned = fineTune({ network, head, classes, channels, seed }, { bytes, file: from.file });
  console.err(
    `fine-tuning ${from.file}, which knows ${tuned.classes.length} of the ${classes.length} classes ` +
      `and ${tuned.channels.length} of the ${channels.length} channels\n`,
  );
  if (about.head !== head) {
    console.err(`its last layer was for ${LAST_LAYERS[about.head]}: its weights are kept, its biases begin anew\n`);
  }
  return tuned.parameters;
}

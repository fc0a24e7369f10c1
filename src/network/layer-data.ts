import * as z from 'zod';
import type { Layer } from './architecture.ts';

const dropout = z.number().min(0).lt(1);

const layer = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['average-pooling', 'max-pooling']), dropout }).readonly(),
  z
    .object({
      kind: z.literal('convolution'),
      // The parameters of the last layer are called `fc`.
      name: z.string().regex(/^(?!fc$)[a-z]\w*$/i),
      outputs: z.union([z.int().min(1), z.literal('classes')]),
      size: z
        .int()
        .min(1)
        .refine((size) => size % 2 === 1, { message: 'the side of a kernel is odd' }),
      dropout,
    })
    .readonly(),
]);

/** The {@link Layer}s of a network as data, of which `buildForward` makes one that gives the same numbers in tiles. */
export const layerData = z
  .array(layer)
  .readonly()
  .superRefine((layers, { addIssue }) => {
    const problem = problemOf(layers);
    if (problem !== undefined) addIssue({ code: 'custom', message: problem });
  });

function problemOf(layers: readonly Layer[]): string | undefined {
  const convolutions = layers.filter((one) => one.kind === 'convolution');
  const [last] = layers.slice(-1);
  if (last?.kind !== 'convolution' || last.outputs !== 'classes') return 'the last layer does not give the classes';
  if (convolutions.filter(({ outputs }) => outputs === 'classes').length > 1) return 'several layers give the classes';
  if (new Set(convolutions.map(({ name }) => name)).size < convolutions.length) return 'two layers have the same name';
  // Its ReLU would cut off whatever is below the mean of the field.
  const [first, pooling] = ['convolution', 'max-pooling'].map((kind) => layers.findIndex((one) => one.kind === kind));
  if (pooling! >= 0 && pooling! < first!) return 'a max pooling stands before the first convolution';
  return undefined;
}

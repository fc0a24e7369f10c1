/** The model description 0.5 of bioimage.io, as far as milscope's packages go: what its own validator asks of them. */
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { parse } from 'yaml';
import { fromBufferPromise } from 'yauzl';
import { z } from 'zod';
import { readNpy } from './read-npy.ts';

/** As Python has them; words of the language were none. */
const identifier = z.string().regex(/^[\p{XID_Start}_]\p{XID_Continue}*$/u);
const tensorId = z.string().regex(/^[a-z_][a-z0-9_]{0,31}$/);
const axisId = z.string().regex(/^[a-z_][a-z0-9_]{0,15}$/);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const positive = z.number().int().positive();

const batch = z.strictObject({ type: z.literal('batch') });
const channel = z.strictObject({
  type: z.literal('channel'),
  id: axisId,
  channel_names: z
    .array(identifier)
    .min(1)
    .refine((names) => new Set(names).size === names.length),
});
const inputSpace = z.strictObject({
  type: z.literal('space'),
  id: z.enum(['y', 'x']),
  size: z.union([positive, z.strictObject({ min: positive, step: positive })]),
});
const outputSpace = z.strictObject({
  type: z.literal('space'),
  id: z.enum(['y', 'x']),
  size: z.union([positive, z.strictObject({ tensor_id: tensorId, axis_id: axisId, offset: z.number().int() })]),
  scale: z.number().positive(),
});
const tensor = {
  id: tensorId,
  description: z.string().max(128),
  test_tensor: z.strictObject({ source: z.string().endsWith('.npy'), sha256: hash }),
};

const description = z.strictObject({
  format_version: z.string().regex(/^0\.5\.\d+$/),
  type: z.literal('model'),
  name: z.string().regex(/^[A-Za-z0-9_+\- ()]{5,128}$/),
  description: z.string().min(1).max(512),
  timestamp: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/),
  authors: z.array(z.strictObject({ name: z.string().regex(/^[^/\\]+$/) })).min(1),
  license: z.string().regex(/^[A-Za-z0-9.+-]+$/),
  cite: z.array(z.strictObject({ text: z.string(), doi: z.string().regex(/^10\.\d{4,9}\/\S+$/) })).min(1),
  tags: z.array(z.string()).min(1),
  documentation: z.string().endsWith('.md'),
  covers: z.array(z.string().regex(/\.(gif|jpe?g|png|svg)$/)).min(1),
  inputs: z.tuple([
    z.strictObject({
      ...tensor,
      axes: z.tuple([batch, channel, inputSpace, inputSpace]),
      data: z.strictObject({ type: z.literal('float32') }),
      preprocessing: z.tuple([
        z.strictObject({ id: z.literal('ensure_dtype'), kwargs: z.strictObject({ dtype: z.literal('float32') }) }),
      ]),
    }),
  ]),
  outputs: z.array(
    z.strictObject({
      ...tensor,
      axes: z.union([z.tuple([batch, channel]), z.tuple([batch, channel, outputSpace, outputSpace])]),
      data: z.strictObject({ type: z.literal('float32'), range: z.tuple([z.number(), z.number()]) }),
    }),
  ),
  weights: z.strictObject({
    onnx: z.strictObject({ source: z.string(), sha256: hash, opset_version: z.number().int().min(7) }),
  }),
  config: z.looseObject({}),
});

export type Description = z.infer<typeof description>;

export interface OpenPackage {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly about: Description;
  /** Test tensors by the id of their input or output. */
  readonly tensors: ReadonlyMap<string, ReturnType<typeof readNpy>>;
}

/** The files of a zip archive, in their order. */
export async function readZip(bytes: Uint8Array): Promise<Map<string, Uint8Array>> {
  const zip = await fromBufferPromise(Buffer.from(bytes), { strictFileNames: true });
  const files = new Map<string, Uint8Array>();
  for await (const entry of zip.eachEntry()) {
    const pieces: Buffer[] = [];
    for await (const piece of await zip.openReadStreamPromise(entry)) pieces.push(piece as Buffer);
    files.set(entry.fileName, Buffer.concat(pieces));
  }
  return files;
}

/** Opens a package, and throws where the specification would refuse it, or where a name is of no file in it. */
export async function openPackage(bytes: Uint8Array): Promise<OpenPackage> {
  const files = await readZip(bytes);
  const file = (name: string): Uint8Array => {
    const found = files.get(name);
    if (!found) throw new Error(`${name} is not in the package: ${[...files.keys()].join(', ')}`);
    return found;
  };
  const about = description.parse(parse(Buffer.from(file('rdf.yaml')).toString()));
  const { onnx } = about.weights;
  const tensors = [...about.inputs, ...about.outputs];
  for (const { source, sha256 } of [onnx, ...tensors.map(({ test_tensor }) => test_tensor)]) {
    const found = createHash('sha256').update(file(source)).digest('hex');
    if (found !== sha256) throw new Error(`${source} has the SHA-256 ${found}`);
  }
  if (new Set(tensors.map(({ id }) => id)).size < tensors.length) throw new Error('two tensors of one name');
  const arrays = new Map(tensors.map(({ id, test_tensor }) => [id, readNpy(file(test_tensor.source))]));
  requireSizes(about, arrays);
  for (const [id, { data }] of arrays) {
    if (!data.every(Number.isFinite)) throw new Error(`${id} has numbers that are none`);
    if (data.every((value) => Math.abs(value) < 1e-4))
      throw new Error(`the values of ${id} are too small to test anything`);
  }
  if (!/^#.*[vV]alidation/m.test(Buffer.from(file(about.documentation)).toString())) throw new Error('no Validation');
  for (const name of about.covers) {
    if (file(name).length > 500_000) throw new Error(`${name} has ${file(name).length} bytes`);
    const { width, height } = await sharp(file(name)).metadata();
    if (width !== 2 * height && width !== height) throw new Error(`${name} has ${width} × ${height} pixels`);
  }
  return { files, about, tensors: arrays };
}

/** The arrays have the sizes that the axes say, to the pixel: the validator does not round. */
function requireSizes({ inputs, outputs }: Description, arrays: OpenPackage['tensors']): void {
  const [input] = inputs;
  for (const { id, axes } of [input, ...outputs]) {
    const { shape } = arrays.get(id)!;
    if (shape.length !== axes.length) throw new Error(`${id} has ${shape.length} axes`);
    for (const [i, axis] of axes.entries()) {
      const size = shape[i]!;
      let fits = true;
      if (axis.type === 'channel') fits = size === axis.channel_names.length;
      else if (axis.type === 'space') {
        const declared = axis.size;
        if (typeof declared === 'number') fits = size === declared;
        else if ('min' in declared) fits = size >= declared.min && (size - declared.min) % declared.step === 0;
        else if ('scale' in axis) {
          const place = input.axes.findIndex((other) => 'id' in other && other.id === declared.axis_id);
          const shown = arrays.get(declared.tensor_id)!.shape[place]!;
          fits = declared.tensor_id === input.id && size === shown / axis.scale + declared.offset;
        }
      }
      if (!fits) throw new Error(`axis ${i} of ${id} has ${size}, against ${JSON.stringify(axis)}`);
    }
  }
}

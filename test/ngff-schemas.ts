import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

/**
 * The official JSON schemas of OME-Zarr in `<data>/ngff`, those of a version by the name of their file without its ending, such
 * as `strict_plate`.
 */
export function ngffSchemas(data: string, version: '0.4' | '0.5'): (name: string) => ValidateFunction {
  const folder = join(data, 'ngff', version, 'schemas');
  if (!existsSync(folder)) throw new Error(`no schemas in ${folder}`);
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  const ids = new Map<string, string>();
  for (const file of readdirSync(folder)) {
    const schema = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    ajv.addSchema(schema);
    ids.set(file.replace(/\.schema$/, ''), schema.$id);
  }
  return (name) => ajv.getSchema(ids.get(name)!)!;
}

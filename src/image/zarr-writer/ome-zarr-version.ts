import type { Files } from '../../files/files.ts';
import { join } from '../../files/paths.ts';

/** Versions of OME-Zarr that are written: 0.4 stands on Zarr 2, 0.5 on Zarr 3. */
export const OME_ZARR_VERSIONS = ['0.4', '0.5'] as const;
export type OmeZarrVersion = (typeof OME_ZARR_VERSIONS)[number];

/** The parts of OME-Zarr's metadata, by their names there. */
export type OmeMetadata = Readonly<Record<string, unknown>>;

/**
 * Makes a folder a group, with `ome` as its metadata or none: in 0.4 by `.zgroup` and `.zattrs`, whose parts have the version
 * in them; in 0.5 by `zarr.json`, where it stands beside the parts.
 */
export async function writeGroup(
  folder: string,
  { version, ome }: { readonly version: OmeZarrVersion; readonly ome?: OmeMetadata },
  files: Files,
): Promise<void> {
  if (version === '0.5') {
    const attributes = ome === undefined ? {} : { ome: { version, ...ome } };
    await files.write(join(folder, 'zarr.json'), asJson({ zarr_format: 3, node_type: 'group', attributes }));
    return;
  }
  await files.write(join(folder, '.zgroup'), asJson({ zarr_format: 2 }));
  if (ome !== undefined) await files.write(join(folder, '.zattrs'), asJson(withVersions(ome, version)));
}

/** As 0.4 wants it: the version in every part that is an object, or in each of those that a list holds. */
function withVersions(ome: OmeMetadata, version: OmeZarrVersion): OmeMetadata {
  const named = (part: unknown): unknown =>
    typeof part === 'object' && part !== null && !Array.isArray(part) ? { ...part, version } : part;
  return Object.fromEntries(
    Object.entries(ome).map(([name, part]) => [name, Array.isArray(part) ? part.map(named) : named(part)]),
  );
}

/** JSON as it is written into Zarr's files: in ASCII, since zarr-python of several years opens nothing else. */
export function asJson(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2);
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `${text.replaceAll(/[\u007f-\uffff]/g, escaped)}\n`;
}

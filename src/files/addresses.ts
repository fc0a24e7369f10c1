/** How files at addresses of a kind come to this computer. */
interface RemotePlace {
  readonly schemes: RegExp;
  /** Where such files are, in words. */
  readonly place: string;
  /** The command or the way, given the address of a folder. */
  readonly way: (address: string) => string;
}

const places: readonly RemotePlace[] = [
  {
    schemes: /^s3[an]?$/,
    place: 'in a bucket',
    way: (address) =>
      `download it (aws s3 sync ${address.replace(/^s3[an]/i, 's3')} images) or mount the bucket (mount-s3)`,
  },
  {
    schemes: /^gs$/,
    place: 'in a bucket',
    way: (address) => `download it (gcloud storage rsync -r ${address} images) or mount the bucket (gcsfuse)`,
  },
  {
    schemes: /^(az|azure|adls?|abfss?|wasbs?)$/,
    place: 'in a container of Azure',
    way: () => 'download it (azcopy copy) or mount the container (blobfuse2)',
  },
  {
    schemes: /^dbfs$/,
    place: 'in the store of Databricks',
    way: (address) => `download it (databricks fs cp -r ${address.replace('dbfs://', 'dbfs:/')} images)`,
  },
  {
    schemes: /^(smb|afp|nfs|cifs)$/,
    place: 'on a file server',
    way: (address) =>
      `mount the share ${address} (on Linux: mount -t cifs //server/share /mnt/share; on a Mac: Finder, Go, Connect to Server)`,
  },
  {
    schemes: /^(https?|ftps?|davs?)$/,
    place: 'on a web server',
    way: (address) => `download it (wget -r -np ${address})`,
  },
  {
    schemes: /^(sftp|scp|ssh)$/,
    place: 'on another computer',
    way: () => 'copy it here (rsync -a) or mount it (sshfs)',
  },
];

/** What is not known by its scheme. */
const elsewhere = (scheme: string): RemotePlace => ({
  schemes: /^/,
  place: `at an address (${scheme}:)`,
  way: () => 'download it with the program that knows such addresses',
});

/** An address that is no path on this computer: where that is, and what to do. */
export interface RemoteAddress {
  readonly place: string;
  readonly way: string;
}

/**
 * What is known of an address such as `s3://bucket/plate`; undefined for a path, also one of Windows, and for a `file:` address. A
 * scheme that is not known makes an address only where the text begins with it. Of an image, the way is told for its folder.
 */
export function remoteAddress(text: string, { isFile = false }: { isFile?: boolean } = {}): RemoteAddress | undefined {
  if (!text.includes(':')) return undefined;
  // Programs that join paths make one slash of two, and put a folder before it.
  const [, before = '', written = '', rest = ''] =
    /^(.*?[\\/])?([a-z][a-z\d+.-]+):[\\/]+(.+)$/i.exec(text.trim()) ?? [];
  const scheme = written.toLowerCase();
  if (scheme === '' || scheme === 'file') return undefined;
  const known = places.find(({ schemes }) => schemes.test(scheme)) ?? (before === '' ? elsewhere(scheme) : undefined);
  if (known === undefined) return undefined;
  const path = isFile ? rest.replace(/[\\/][^\\/]*$/, '') : rest;
  return { place: known.place, way: known.way(`${scheme}://${path.replace(/[\\/]+$/, '')}`) };
}

/** Numbers as the page writes them. */

/** A share or probability with three digits; a dash where there is none. Only what is exactly 1 is written so. */
export function share(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (value < 1 && value >= 0.9995) return value.toFixed(value >= 0.99995 ? 5 : 4);
  return value.toFixed(3);
}

/** A number with as many digits as say something. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  const size = Math.abs(value);
  if (size >= 10_000 || (Number.isInteger(value) && size >= 1000)) return Math.round(value).toLocaleString('en');
  if (Number.isInteger(value)) return String(value);
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  return size !== 0 && size < 0.01 ? value.toPrecision(2) : value.toFixed(2);
}

/** A whole number with thousands set off. */
export function whole(value: number): string {
  return value.toLocaleString('en');
}

/** The name of a column as people say it: `Metadata_Plate` is Plate. */
export function columnTitle(name: string): string {
  const saturated = /^(?:Image_)?ImageQuality_PercentMaximal_(.+)$/i.exec(name);
  if (saturated) return `Saturated pixels ${saturated[1]!.replaceAll('_', ' ')} (%)`;
  return name.replace(/^(Image_)?(Metadata_|MIL_)/i, '').replaceAll('_', ' ');
}

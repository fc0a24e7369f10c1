/** The time that workbooks bear, so that the same table makes the same bytes. */
const FIRST_DAY = new Date(Date.UTC(1980, 0, 1));

/** A table of texts and numbers as an Excel workbook (.xlsx) of one sheet; the first row is the header. */
export async function encodeWorkbook(
  rows: readonly (readonly (string | number)[])[],
  { sheet }: { readonly sheet: string },
): Promise<Uint8Array> {
  const { writeXlsx } = await import('hucre/xlsx');
  const bytes = await writeXlsx({
    sheets: [{ name: sheet, rows: rows.map((cells) => [...cells]) }],
    properties: { created: FIRST_DAY, modified: FIRST_DAY },
  });
  return new Uint8Array(bytes);
}

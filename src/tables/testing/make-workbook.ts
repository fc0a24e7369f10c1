import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** A sheet of {@link makeWorkbook}. */
export interface TestSheet {
  readonly name: string;
  readonly hidden?: boolean;
  /** Whether it is a sheet with a chart and without cells. */
  readonly chart?: boolean;
  /** The rows as XML, `<row r="1"><c r="A1"><v>1</v></c></row>`, or their cells: texts, numbers or truths, undefined for none. */
  readonly rows: string | readonly (readonly (string | number | boolean | undefined)[])[];
  readonly merged?: readonly string[];
}

/** Styles of cells (`s="1"`): 1 and 2 are dates, 3 a date with its time, 4 a time, 5 a number with words behind it. */
const styles =
  '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>' +
  '<numFmt numFmtId="165" formatCode="0.00&quot; days&quot;"/></numFmts><fonts><font/></fonts>' +
  `<cellXfs count="6">${[0, 14, 164, 22, 20, 165].map((id) => `<xf numFmtId="${id}"/>`).join('')}</cellXfs>`;

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships';

/** A workbook of Excel, written out by hand so that it may be as odd as those of other programs. */
export async function makeWorkbook(
  sheets: readonly TestSheet[],
  more: Readonly<Record<string, string>> = {},
): Promise<Buffer> {
  const targets = sheets.map(({ chart }, i) =>
    chart ? ['chartsheet', `chartsheets/sheet${i + 1}.xml`] : ['worksheet', `worksheets/sheet${i + 1}.xml`],
  );
  return makeArchive({
    '[Content_Types].xml': '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    '_rels/.rels': relations([['officeDocument', 'xl/workbook.xml']]),
    'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${sheets
      .map(({ name, hidden }, i) => {
        return `<sheet name="${name}" sheetId="${i + 1}"${hidden ? ' state="hidden"' : ''} r:id="rId${i + 1}"/>`;
      })
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relations([...targets, ['styles', 'styles.xml'], ['sharedStrings', 'strings.xml']]),
    'xl/styles.xml': `<styleSheet xmlns="${MAIN}">${styles}</styleSheet>`,
    'xl/strings.xml': `<sst xmlns="${MAIN}"><si><t>shared</t></si><si><r><t>ri</t></r><r><t xml:space="preserve">ch </t></r></si></sst>`,
    ...Object.fromEntries(
      sheets.map(({ rows, merged = [] }, i) => [
        `xl/${targets[i]![1]}`,
        `<worksheet xmlns="${MAIN}"><sheetData>${typeof rows === 'string' ? rows : rows.map(rowXml).join('')}</sheetData>` +
          `<mergeCells>${merged.map((ref) => `<mergeCell ref="${ref}"/>`).join('')}</mergeCells></worksheet>`,
      ]),
    ),
    ...more,
  });
}

/** A ZIP archive of files with these texts. */
export async function makeArchive(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), name);
  zip.end();
  return buffer(zip.outputStream);
}

function relations(targets: readonly (readonly string[])[]): string {
  const all = targets.map(
    ([type, target], i) => `<Relationship Id="rId${i + 1}" Type="${OFFICE}/${type}" Target="${target}"/>`,
  );
  return `<Relationships xmlns="${PACKAGE}">${all.join('')}</Relationships>`;
}

function rowXml(cells: readonly (string | number | boolean | undefined)[], row: number): string {
  const written = cells.map((cell, i) => {
    const ref = `r="${String.fromCharCode(65 + i)}${row + 1}"`;
    if (cell === undefined) return '';
    if (typeof cell === 'number') return `<c ${ref}><v>${cell}</v></c>`;
    if (typeof cell === 'boolean') return `<c ${ref} t="b"><v>${Number(cell)}</v></c>`;
    return `<c ${ref} t="inlineStr"><is><t>${cell.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</t></is></c>`;
  });
  return `<row r="${row + 1}">${written.join('')}</row>`;
}

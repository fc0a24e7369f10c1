/** Brings the page of a report to life: reads its data, draws its parts, and listens. */
import type { PageData } from '../page-data.ts';
import { chosenFields } from './parts/chosen-fields.ts';
import { classTable } from './parts/class-table.ts';
import { confusionMatrix } from './parts/confusion.ts';
import { copyButtons } from './parts/copy.ts';
import { dosePoints } from './parts/dose-points.ts';
import { fieldDialog } from './parts/field-dialog.ts';
import { fieldMap } from './parts/field-map.ts';
import { filterBar } from './parts/filters.ts';
import { galleries } from './parts/gallery.ts';
import { hitTable } from './parts/hits.ts';
import { pageKeys } from './parts/keys.ts';
import { followSections } from './parts/navigation.ts';
import { plateMaps } from './parts/plates.ts';
import { plotTooltips } from './parts/plot-tooltips.ts';
import { readReport } from './parts/report.ts';
import { textLists } from './parts/text-lists.ts';
import { themeSwitch } from './parts/theme.ts';
import { treatmentTable } from './parts/treatments.ts';

const data: PageData = JSON.parse(document.getElementById('data')!.textContent!);
themeSwitch();
const shared = readReport(data);
const report = { ...shared, openField: fieldDialog(shared) };
const parts = [
  ...[filterBar, plateMaps, confusionMatrix, classTable, chosenFields, galleries],
  ...[treatmentTable, hitTable, dosePoints, fieldMap, textLists],
];
for (const part of parts) part(report);
plotTooltips(report.tooltip);
pageKeys();
copyButtons();
followSections();
document.documentElement.dataset.ready = 'true';
// When the first frame with all parts is on the screen.
requestAnimationFrame(() => setTimeout(() => performance.mark('report-drawn')));

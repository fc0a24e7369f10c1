/** Brings the page of a report to life: reads its data, draws its parts, and listens. */
import type { PageData } from '../page-data.ts';
import { chosenFields } from './parts/chosen-fields.ts';
import { classTable } from './parts/class-table.ts';
import { confusionMatrix } from './parts/confusion.ts';
import { fieldDialog } from './parts/field-dialog.ts';
import { filterBar } from './parts/filters.ts';
import { pageKeys } from './parts/keys.ts';
import { followSections } from './parts/navigation.ts';
import { plateMaps } from './parts/plates.ts';
import { plotTooltips } from './parts/plot-tooltips.ts';
import { readReport } from './parts/report.ts';
import { themeSwitch } from './parts/theme.ts';

const data: PageData = JSON.parse(document.getElementById('data')!.textContent!);
themeSwitch();
const shared = readReport(data);
const report = { ...shared, openField: fieldDialog(shared) };
for (const part of [filterBar, plateMaps, confusionMatrix, classTable, chosenFields]) part(report);
plotTooltips(report.tooltip);
pageKeys();
followSections();
document.documentElement.dataset.ready = 'true';

/** `milscope/screen`: the pixels, labels, cells and label images of a screen. */
export type { Image } from '../pixels/pixels.ts';
export type { ScreenAccess } from '../screen/access.ts';
export { type Cell, type Cells, readCells } from '../screen/cells/read-cells.ts';
export { checkFields } from '../screen/check-fields.ts';
export { labelParts, labelSetsOf } from '../screen/label-sets.ts';
export { labelsOf } from '../screen/labels.ts';
export { nodeAccess } from '../screen/node/access.ts';
export { type ObjectLabels, readObjects } from '../screen/objects/read-objects.ts';
export { openField } from '../screen/open-field.ts';
export { readField } from '../screen/read-field.ts';
export { wellKey } from '../screen/well.ts';

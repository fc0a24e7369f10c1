import type { ReportDocument } from '../document.ts';

/** A part of the page: what stands in the navigation, and the part as HTML. */
export interface Section {
  /** Id of the part, for links to it. */
  readonly id: string;
  readonly name: string;
  readonly html: string;
}

/** Makes a part of the page; undefined where the report has nothing for it. */
export type MakeSection = (document: ReportDocument) => Section | undefined | Promise<Section | undefined>;

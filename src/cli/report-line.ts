/** Where a report is, in a line; nothing without one. */
export function reportLine(report: string | null | undefined): string {
  return report == null ? '' : `Report: ${report}\n`;
}

/** What a vitest run says in its JSON report; vitest's types for it are not exported. */
export interface VitestReport {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

export interface TestCount {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Sums vitest runs. A report that is missing (the run never got to its end), a spec file that did not load, and a run that
 * failed without a failing test (an unhandled rejection) count as one failure each: none may pass for green.
 */
export function countTests(reports: readonly (VitestReport | undefined)[]): TestCount {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for (const report of reports) {
    if (!report) {
      failed += 1;
      continue;
    }
    const unloaded = report.testResults.filter(
      ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
    ).length;
    const failures = report.numFailedTests + unloaded;
    passed += report.numPassedTests;
    failed += failures === 0 && !report.success ? 1 : failures;
    skipped += report.numPendingTests + report.numTodoTests;
  }
  return { passed, failed, skipped };
}

/** The closing line that names the count, in the form that any runner's reader understands. */
export const closingLine = ({ passed, failed, skipped }: TestCount): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

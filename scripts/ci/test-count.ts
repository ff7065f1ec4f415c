import { failuresOf, type Failure } from './failures.ts';
import type { VitestReport } from './vitest-report.ts';

/** A suite's run, and the run of its failed files alone, if there was one. */
export interface SuiteRun {
  readonly report: VitestReport | undefined;
  readonly again?: VitestReport;
}

export interface TestCount {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What failed, and did not pass when it was run again. */
  readonly failures: readonly Failure[];
  /** What failed in the whole run and passed alone: counted as passed, and told. */
  readonly unsteady: readonly Failure[];
}

const nameOf = ({ file, name }: Failure): string => `${file} > ${name}`;

function passedTests(report: VitestReport, directory: string): Set<string> {
  const names = report.testResults.flatMap(result =>
    result.assertionResults
      .filter(({ status }) => status === 'passed')
      .map(({ fullName }) => nameOf({ file: result.name.replace(`${directory}/`, ''), name: fullName, message: '' })),
  );
  return new Set(names);
}

/**
 * Sums vitest runs. A report that is missing (the run never got to its end), a spec file that did not load, and a run that
 * failed without a failing test (an unhandled rejection) count as one failure each: none may pass for green.
 * A test that failed and passed in the run of the failed files alone counts as passed and is listed in `unsteady`.
 */
export function countTests(runs: readonly SuiteRun[], directory = process.cwd()): TestCount {
  const count = { passed: 0, failed: 0, skipped: 0, failures: [] as Failure[], unsteady: [] as Failure[] };
  for (const { report, again } of runs) {
    if (!report) {
      count.failed += 1;
      continue;
    }
    const failures = failuresOf(report, directory);
    const recovered = again ? passedTests(again, directory) : new Set<string>();
    for (const failure of failures) (recovered.has(nameOf(failure)) ? count.unsteady : count.failures).push(failure);
    const unsteady = failures.filter(failure => recovered.has(nameOf(failure))).length;
    count.passed += report.numPassedTests + unsteady;
    count.failed += failures.length === 0 && !report.success ? 1 : failures.length - unsteady;
    count.skipped += report.numPendingTests + report.numTodoTests;
  }
  return count;
}

/** The closing line that names the count, in the form that any runner's reader understands. */
export const closingLine = ({ passed, failed, skipped }: Pick<TestCount, 'passed' | 'failed' | 'skipped'>): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

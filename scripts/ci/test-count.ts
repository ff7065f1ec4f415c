import { relative } from 'node:path';
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

const testOf = (file: string, name: string): string => `${file} > ${name}`;

/** The tests that passed, and the files in which nothing failed. */
function passesOf(report: VitestReport, directory: string): { tests: Set<string>; files: Set<string> } {
  const passes = { tests: new Set<string>(), files: new Set<string>() };
  for (const { name, status, assertionResults } of report.testResults) {
    const file = relative(directory, name);
    if (status === 'passed') passes.files.add(file);
    for (const test of assertionResults) {
      if (test.status === 'passed') passes.tests.add(testOf(file, test.fullName));
    }
  }
  return passes;
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
    const passes = again ? passesOf(again, directory) : { tests: new Set<string>(), files: new Set<string>() };
    const hasRecovered = ({ file, name }: Failure): boolean =>
      name === '' ? passes.files.has(file) : passes.tests.has(testOf(file, name));
    const unsteady = failures.filter(hasRecovered);
    const first = passesOf(report, directory).tests;
    const regained = [...passes.tests].filter(test => !first.has(test)).length;
    count.unsteady.push(...unsteady);
    count.failures.push(...failures.filter(failure => !hasRecovered(failure)));
    count.passed += report.numPassedTests + regained;
    count.failed += failures.length === 0 && !report.success ? 1 : failures.length - unsteady.length;
    // A hook that failed skipped tests which the second run has run.
    const skippedFirst = regained - unsteady.filter(({ name }) => name !== '').length;
    count.skipped += report.numPendingTests + report.numTodoTests - skippedFirst;
  }
  return count;
}

/** The closing line that names the count, in the form that any runner's reader understands. */
export const closingLine = ({ passed, failed, skipped }: Pick<TestCount, 'passed' | 'failed' | 'skipped'>): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

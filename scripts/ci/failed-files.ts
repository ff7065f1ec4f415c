import { readFileSync } from 'node:fs';
import { failuresOf } from './failures.ts';
import type { VitestReport } from './vitest-report.ts';

/*
 * failed-files.ts REPORT: prints the spec files in which a test failed, one a line, to run them again alone. Prints none for
 * a run that failed otherwise (an unhandled rejection) or that left no report: such a failure stands.
 */
try {
  const report = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as VitestReport;
  const files = new Set(failuresOf(report, process.cwd()).map(({ file }) => file));
  for (const file of files) process.stdout.write(`${file}\n`);
} catch (error) {
  process.stderr.write(`no report of a test run in ${String(process.argv[2])}: ${String(error)}\n`);
}

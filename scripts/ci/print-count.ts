import { existsSync, readFileSync } from 'node:fs';
import { describeFailure, type Failure } from './failures.ts';
import { closingLine, countTests, type SuiteRun } from './test-count.ts';
import type { VitestReport } from './vitest-report.ts';

/*
 * print-count.ts REPORT…: prints what failed and the sum of vitest's JSON reports; exits 1 when anything failed or nothing
 * passed. Beside NAME.json, NAME.again.json is the report of the failed files' second run.
 */
const read = (file: string): VitestReport | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
  } catch (error) {
    process.stderr.write(`no report of a test run in ${file}: ${String(error)}\n`);
    return undefined;
  }
};

const runOf = (file: string): SuiteRun => {
  const secondFile = file.replace(/\.json$/, '.again.json');
  const again = existsSync(secondFile) ? read(secondFile) : undefined;
  return again ? { report: read(file), again } : { report: read(file) };
};

const tell = (title: string, failures: readonly Failure[]): void => {
  if (failures.length === 0) return;
  process.stdout.write(`\n${title}\n${failures.map(failure => `${describeFailure(failure)}\n`).join('')}`);
};

const count = countTests(process.argv.slice(2).map(runOf));
tell('Failed in the whole run, passed when their files were run again alone:', count.unsteady);
tell('Failed:', count.failures);
process.stdout.write(`${closingLine(count)}\n`);
process.exitCode = count.failed > 0 || count.passed === 0 ? 1 : 0;

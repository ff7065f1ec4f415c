import { readFileSync } from 'node:fs';
import { closingLine, countTests, type VitestReport } from './test-count.ts';

/* print-count.ts REPORT…: prints the sum of vitest's JSON reports; exits 1 when anything failed or nothing passed. */
const read = (file: string): VitestReport | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
  } catch (error) {
    process.stderr.write(`no report of a test run in ${file}: ${String(error)}\n`);
    return undefined;
  }
};

const count = countTests(process.argv.slice(2).map(read));
process.stdout.write(`${closingLine(count)}\n`);
process.exitCode = count.failed > 0 || count.passed === 0 ? 1 : 0;

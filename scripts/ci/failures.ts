import { relative } from 'node:path';
import type { VitestReport } from './vitest-report.ts';

/** A test that failed, or (`name` is empty then) a spec file that failed otherwise: it did not load, or a hook of it threw. */
export interface Failure {
  readonly file: string;
  readonly name: string;
  readonly message: string;
}

/** vitest's report has no message of a hook inside a describe(). */
const IN_A_HOOK = 'No test of it failed: a hook did, whose error stands in the log above, under the name of this file.';

/** The failures of a run, files relative to `directory`. */
export function failuresOf(report: VitestReport, directory: string): readonly Failure[] {
  return report.testResults.flatMap(result => {
    const file = relative(directory, result.name);
    const failed = result.assertionResults.filter(({ status }) => status === 'failed');
    if (result.status === 'failed' && failed.length === 0)
      return [{ file, name: '', message: result.message || IN_A_HOOK }];
    return failed.map(({ fullName, failureMessages }) => ({
      file,
      name: fullName,
      message: failureMessages.join('\n'),
    }));
  });
}

/** The failure in the few lines that the end of a long log has room for. */
export function describeFailure({ file, name, message }: Failure, lines = 6): string {
  const told = message.split('\n').slice(0, lines);
  return [`${file}${name && ` > ${name}`}`, ...told.map(line => `    ${line.slice(0, 300)}`)].join('\n');
}

import { relative } from 'node:path';
import type { VitestReport } from './vitest-report.ts';

/** A test that failed, or a spec file that did not load (`name` is empty then). */
export interface Failure {
  readonly file: string;
  readonly name: string;
  readonly message: string;
}

/** The failures of a run, files relative to `directory`. */
export function failuresOf(report: VitestReport, directory: string): readonly Failure[] {
  return report.testResults.flatMap(result => {
    const file = relative(directory, result.name);
    if (result.status === 'failed' && result.assertionResults.length === 0) {
      return [{ file, name: '', message: result.message ?? '' }];
    }
    return result.assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => ({ file, name: fullName, message: failureMessages.join('\n') }));
  });
}

/** The failure in the few lines that the end of a long log has room for. */
export function describeFailure({ file, name, message }: Failure, lines = 6): string {
  const told = message.split('\n').slice(0, lines);
  return [`${file}${name && ` > ${name}`}`, ...told.map(line => `    ${line.slice(0, 300)}`)].join('\n');
}

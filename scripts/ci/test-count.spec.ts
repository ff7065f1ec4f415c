import { describe, expect, it } from 'vitest';
import { describeFailure } from './failures.ts';
import { closingLine, countTests } from './test-count.ts';
import type { VitestReport } from './vitest-report.ts';

const report = (changes: Partial<VitestReport>): VitestReport => ({
  success: true,
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
  ...changes,
});

/** A report of one file, whose tests have these names and outcomes. */
const fileReport = (tests: Readonly<Record<string, 'passed' | 'failed'>>): VitestReport => {
  const outcomes = Object.values(tests);
  const assertionResults = Object.entries(tests).map(([fullName, status]) => ({
    fullName,
    status,
    failureMessages: status === 'failed' ? [`${fullName} is broken\nat line 1`] : [],
  }));
  const status = outcomes.includes('failed') ? 'failed' : 'passed';
  return report({
    success: status === 'passed',
    numPassedTests: outcomes.filter(outcome => outcome === 'passed').length,
    numFailedTests: outcomes.filter(outcome => outcome === 'failed').length,
    testResults: [{ name: '/here/some.spec.ts', status, assertionResults }],
  });
};

const sumsOf = (...reports: readonly (VitestReport | undefined)[]): object => {
  const { passed, failed, skipped } = countTests(reports.map(each => ({ report: each })));
  return { passed, failed, skipped };
};

describe('countTests', () => {
  it('sums the runs', () => {
    const first = report({ numPassedTests: 3, numPendingTests: 1, numTodoTests: 1 });
    expect(sumsOf(first, fileReport({ a: 'passed', b: 'failed', c: 'failed' }))).toEqual({
      passed: 4,
      failed: 2,
      skipped: 2,
    });
  });

  it('counts a run without a report as a failure', () => {
    expect(sumsOf(report({ numPassedTests: 3 }), undefined)).toEqual({ passed: 3, failed: 1, skipped: 0 });
  });

  it('counts a spec file that did not load as a failure, and names it', () => {
    const unloaded = {
      name: '/here/broken.spec.ts',
      status: 'failed',
      message: 'no such module',
      assertionResults: [],
    };
    const failed = report({ success: false, numPassedTests: 3, testResults: [unloaded] });
    expect(sumsOf(failed)).toEqual({ passed: 3, failed: 1, skipped: 0 });
    expect(countTests([{ report: failed }], '/here').failures).toEqual([
      { file: 'broken.spec.ts', name: '', message: 'no such module' },
    ]);
  });

  it('counts what a hook has failed as passed when it passed alone, and names its file otherwise', () => {
    const file = { name: '/here/hooked.spec.ts', status: 'failed', message: '' };
    const skipped = { fullName: 'a', status: 'skipped', failureMessages: [] };
    const whole = report({
      success: false,
      numPendingTests: 1,
      testResults: [{ ...file, assertionResults: [skipped] }],
    });
    expect(countTests([{ report: whole }], '/here')).toMatchObject({
      failed: 1,
      skipped: 1,
      failures: [{ file: 'hooked.spec.ts', name: '', message: expect.stringContaining('a hook did') as string }],
    });
    const again = report({
      numPassedTests: 1,
      testResults: [{ ...file, status: 'passed', assertionResults: [{ ...skipped, status: 'passed' }] }],
    });
    expect(countTests([{ report: whole, again }], '/here')).toMatchObject({
      passed: 1,
      failed: 0,
      skipped: 0,
      failures: [],
      unsteady: [{ file: 'hooked.spec.ts' }],
    });
  });

  it('counts a run that failed without a failing test as a failure', () => {
    expect(sumsOf(report({ success: false, numPassedTests: 3 }))).toEqual({ passed: 3, failed: 1, skipped: 0 });
  });

  it('counts a test that passed when it was run again as passed, and lists it', () => {
    const whole = fileReport({ a: 'passed', b: 'failed', c: 'failed' });
    const again = fileReport({ a: 'passed', b: 'passed', c: 'failed' });
    const count = countTests([{ report: whole, again }], '/here');
    expect(count).toMatchObject({ passed: 2, failed: 1 });
    expect(count.unsteady.map(({ name }) => name)).toEqual(['b']);
    expect(count.failures.map(({ name }) => name)).toEqual(['c']);
  });

  it('takes a test that is absent from the second run for failed', () => {
    const count = countTests([{ report: fileReport({ a: 'failed' }), again: fileReport({}) }], '/here');
    expect(count).toMatchObject({ passed: 0, failed: 1, unsteady: [] });
  });
});

describe('describeFailure', () => {
  it('names file and test, and cuts the message', () => {
    const told = describeFailure({ file: 'a.spec.ts', name: 'does it', message: 'one\ntwo\nthree' }, 2);
    expect(told).toBe('a.spec.ts > does it\n    one\n    two');
  });
});

describe('closingLine', () => {
  it('names what was skipped only when something was', () => {
    expect(closingLine({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed');
    expect(closingLine({ passed: 3, failed: 1, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped');
  });
});

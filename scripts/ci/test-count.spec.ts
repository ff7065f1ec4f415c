import { describe, expect, it } from 'vitest';
import { closingLine, countTests, type VitestReport } from './test-count.ts';

const report = (changes: Partial<VitestReport>): VitestReport => ({
  success: true,
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
  ...changes,
});

describe('countTests', () => {
  it('sums the runs', () => {
    const first = report({ numPassedTests: 3, numPendingTests: 1 });
    const second = report({ success: false, numPassedTests: 4, numFailedTests: 2, numTodoTests: 1 });
    expect(countTests([first, second])).toEqual({ passed: 7, failed: 2, skipped: 2 });
  });

  it('counts a run without a report as a failure', () => {
    expect(countTests([report({ numPassedTests: 3 }), undefined])).toEqual({ passed: 3, failed: 1, skipped: 0 });
  });

  it('counts a spec file that did not load as a failure', () => {
    const unloaded = { status: 'failed', assertionResults: [] };
    const counted = countTests([report({ success: false, numPassedTests: 3, testResults: [unloaded] })]);
    expect(counted).toEqual({ passed: 3, failed: 1, skipped: 0 });
  });

  it('counts a run that failed without a failing test as a failure', () => {
    expect(countTests([report({ success: false, numPassedTests: 3 })])).toEqual({ passed: 3, failed: 1, skipped: 0 });
  });
});

describe('closingLine', () => {
  it('names what was skipped only when something was', () => {
    expect(closingLine({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed');
    expect(closingLine({ passed: 3, failed: 1, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped');
  });
});

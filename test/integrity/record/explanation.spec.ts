import { describe, expect, it, vi } from 'vitest';
import { explain } from './explanation.js';
import { Recorder } from './recorder.js';
import { RunLog } from './run-log.js';

describe('The explanation of a run', () => {
  it('tells what was lost or failed, when, and the lines of the log around it', () => {
    vi.useFakeTimers({ now: Date.parse('2026-01-01T10:00:00Z') });
    try {
      const recorder = new Recorder();
      const log = new RunLog();
      log.note('fault', 'long before');
      vi.setSystemTime(Date.parse('2026-01-01T10:01:00Z'));
      const lost = recorder.events.begin(0);
      recorder.events.acknowledge(lost);
      log.note('fault', 'node 2 is killed');
      const request = recorder.requests.begin(0);
      vi.setSystemTime(Date.parse('2026-01-01T10:01:30Z'));
      recorder.requests.fail(request, new Error('nobody answered'));
      log.note('ours', 'WARN a connection ended');
      const text = explain(recorder, log);
      expect(text).toContain('1 × acknowledged and never handled:\n  0 (sent 10:01:00.000)');
      expect(text).toContain('0 (sent 10:01:00.000, failed 10:01:30.000: Error: nobody answered)');
      expect(text).toContain('10:01:00.000 fault: node 2 is killed');
      expect(text).toContain('10:01:30.000 ours: WARN a connection ended');
      expect(text).not.toContain('long before');
    } finally {
      vi.useRealTimers();
    }
  });

  it('is empty for a run in which nothing was lost', () => {
    const recorder = new Recorder();
    const id = recorder.events.begin(0);
    recorder.events.acknowledge(id);
    recorder.handled(id);
    expect(explain(recorder, new RunLog())).toBe('');
  });
});

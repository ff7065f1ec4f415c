import { appendFileSync } from 'node:fs';
import type { Summary } from './recorder.js';

/**
 * Prints a run as a row of docs/reference/integrity.md, and appends it to the file that `INTEGRITY_RECORD` names, so that
 * the table is made of what the suite wrote.
 */
export function recordRun(done: string, load: string, summary: Summary): void {
  const { duration, emitted, acknowledged, handled, lost, duplicates, requests, answered, failedRequests } = summary;
  const row = [
    done,
    load,
    Math.round(duration / 1_000),
    emitted,
    acknowledged,
    handled,
    lost.length,
    duplicates,
    requests,
    answered,
    failedRequests.length,
    silence(summary.longestSilence.events, handled),
    silence(summary.longestSilence.requests, answered),
  ];
  const line = `| ${row.join(' | ')} |\n`;
  process.stdout.write(line);
  const file = process.env['INTEGRITY_RECORD'];
  if (file !== undefined) {
    appendFileSync(file, line);
  }
}

/** Where there was nothing to be heard, silence says nothing. */
function silence(milliseconds: number, heard: number): string {
  return heard === 0 ? '–' : `${(milliseconds / 1_000).toFixed(1)} s`;
}

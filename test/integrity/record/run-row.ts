import { appendFileSync } from 'node:fs';
import type { Summary } from './recorder.js';

/**
 * Prints a run as a row of docs/reference/integrity.md, and appends it to the file that `INTEGRITY_RECORD` names, so that
 * the table is made of what the suite wrote.
 */
export function recordRow(done: string, load: string, transport: string, summary: Summary): void {
  const { duration, emitted, acknowledged, handled, lost, duplicates, disordered } = summary;
  const { requests, answered, failedRequests, longestSilence, slowest } = summary;
  const row = [
    done,
    load,
    transport,
    Math.round(duration / 1_000),
    emitted,
    acknowledged,
    handled,
    lost,
    duplicates,
    disordered,
    requests,
    answered,
    failedRequests,
    seconds(longestSilence.events, emitted),
    seconds(longestSilence.requests, requests),
    seconds(slowest.events, handled),
    seconds(slowest.requests, answered),
  ];
  record(row);
}

/**
 * What of the silences is the cluster's own: the longest time in which a probe could write nothing, beside the longest
 * silences of each transport.
 */
export function recordFloor(done: string, floor: number, summaries: Readonly<Record<string, Summary>>): void {
  for (const [transport, { longestSilence, emitted, requests }] of Object.entries(summaries)) {
    const { events, requests: ofRequests } = longestSilence;
    record([done, seconds(floor, 1), transport, seconds(events, emitted), seconds(ofRequests, requests)]);
  }
}

function record(row: readonly (string | number)[]): void {
  const line = `| ${row.join(' | ')} |\n`;
  process.stdout.write(line);
  const file = process.env['INTEGRITY_RECORD'];
  if (file !== undefined) {
    appendFileSync(file, line);
  }
}

/** Where nothing was sent, it says nothing. */
function seconds(milliseconds: number, sent: number): string {
  return sent === 0 ? '–' : `${(milliseconds / 1_000).toFixed(1)} s`;
}

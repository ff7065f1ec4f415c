import type { Ledger, Trouble } from './ledger.js';
import type { Recorder } from './recorder.js';
import { formatLine, type RunLog, timeOf } from './run-log.js';

/** How many of one kind are told, and how much of the log before and after each. */
const TOLD = 10;
const AROUND = 2_000;
const LINES = 120;

/** What was lost or failed, when, and what the log says around it; empty if nothing was. */
export function explain({ events, requests }: Recorder, log: RunLog): string {
  const troubles: [string, Trouble[]][] = [
    ['acknowledged and never handled', events.lost()],
    ['handled after a later event of its key', events.disordered()],
    ['a request that failed', requests.failedOnes()],
    ['an event never settled', openOf(events)],
    ['a request never settled', openOf(requests)],
  ];
  const found = troubles.filter(([, list]) => list.length > 0);
  if (found.length === 0) {
    return '';
  }
  const parts = found.map(([what, list]) => {
    const more = list.length > TOLD ? [`  … and ${list.length - TOLD} more`] : [];
    return [`${list.length} × ${what}:`, ...list.slice(0, TOLD).map(tell), ...more].join('\n');
  });
  return [
    ...parts,
    'The log around them:',
    ...around(
      found.flatMap(([, list]) => list.slice(0, TOLD)),
      log,
    ),
  ].join('\n');
}

function openOf(ledger: Ledger): Trouble[] {
  return ledger.unsettled === 0 ? [] : ledger.open();
}

function tell({ id, startedAt, failedAt, error }: Trouble): string {
  const end = failedAt === undefined ? '' : `, failed ${timeOf(failedAt)}: ${error ?? ''}`;
  return `  ${id} (sent ${timeOf(startedAt)}${end})`;
}

function around(troubles: readonly Trouble[], log: RunLog): string[] {
  const lines = new Set(
    troubles.flatMap(({ startedAt, failedAt = startedAt }) =>
      [startedAt, failedAt].flatMap(at => log.between(at - AROUND, at + AROUND)),
    ),
  );
  const inOrder = [...lines].sort((a, b) => a.at - b.at).map(line => `  ${formatLine(line)}`);
  return inOrder.length > LINES
    ? [...inOrder.slice(0, LINES), `  … and ${inOrder.length - LINES} more lines`]
    : inOrder;
}

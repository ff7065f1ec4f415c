import type { Kafka } from 'kafkajs-platformatic';
import type { DltCommand } from '../command-line.js';
import { tableOf, type Terminal } from '../terminal.js';
import { deadLetterOf, isSelected } from './dead-letter.js';
import { ReplayGroup } from './replay-group.js';
import { ADMIN_RETRY, boundsOf, scanTopic } from './scan-topic.js';

interface Kind {
  readonly originalTopic: string;
  readonly handler: string;
  readonly exception: string;
  messages: number;
  replayed: number;
  readonly firstReason: string;
}

const MAX_REASON = 60;
/** More kinds than these are not told apart. */
const MAX_KINDS = 10_000;

/** Counts dead letters by original topic, handler and exception. @returns the exit status */
export async function listLetters(kafka: Kafka, command: DltCommand, terminal: Terminal): Promise<number> {
  const { topic, selection, idle, json } = command;
  const admin = kafka.admin({ retry: ADMIN_RETRY });
  await admin.connect();
  const kinds = new Map<string, Kind>();
  try {
    const bounds = await boundsOf(admin, topic);
    const group = await ReplayGroup.load(admin, command.group, topic, bounds);
    const unread = await scanTopic(kafka, {
      topic,
      bounds,
      idle,
      visit: payload => {
        const letter = deadLetterOf(payload);
        if (isSelected(letter, selection)) {
          const { originalTopic = '?', handler = '?', exception = '?', reason = '' } = letter;
          const name = JSON.stringify(kinds.size < MAX_KINDS ? [originalTopic, handler, exception] : 'others');
          let kind = kinds.get(name);
          if (kind === undefined) {
            kind = { originalTopic, handler, exception, messages: 0, replayed: 0, firstReason: reason };
            kinds.set(name, kind);
          }
          kind.messages++;
          kind.replayed += group.has(letter.partition, letter.offset) ? 1 : 0;
        }
        return Promise.resolve(!terminal.interrupted);
      },
    });
    terminal.noteUnread(unread, !terminal.interrupted);
  } finally {
    await admin.disconnect();
  }
  const sorted = [...kinds.values()].toSorted((a, b) => b.messages - a.messages);
  if (json) {
    for (const kind of sorted) {
      terminal.print(JSON.stringify(kind));
    }
    return 0;
  }
  const rows = sorted.map(({ messages, replayed, originalTopic, handler, exception, firstReason }) => [
    String(messages),
    String(replayed),
    originalTopic,
    handler,
    exception,
    firstReason.length > MAX_REASON ? `${firstReason.slice(0, MAX_REASON - 1)}…` : firstReason,
  ]);
  terminal.print(
    rows.length === 0
      ? `No dead letters in "${topic}".`
      : tableOf([['messages', 'replayed', 'original topic', 'handler', 'exception', 'first reason'], ...rows]),
  );
  return 0;
}

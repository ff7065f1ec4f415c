import type { IHeaders, Kafka } from 'kafkajs-platformatic';
import type { DltCommand } from '../command-line.js';
import type { Terminal } from '../terminal.js';
import { type DeadLetter, deadLetterOf, isSelected } from './dead-letter.js';
import { ADMIN_RETRY, boundsOf, scanTopic } from './scan-topic.js';

/** Prints dead letters, partition by partition as they are read. @returns the exit status */
export async function showLetters(kafka: Kafka, command: DltCommand, terminal: Terminal): Promise<number> {
  const { topic, selection, idle, json } = command;
  const admin = kafka.admin({ retry: ADMIN_RETRY });
  await admin.connect();
  let shown = 0;
  try {
    const bounds = (await boundsOf(admin, topic)).filter(
      ({ partition }) => selection.partitions.length === 0 || selection.partitions.includes(partition),
    );
    const unread = await scanTopic(kafka, {
      topic,
      bounds,
      idle,
      visit: payload => {
        const letter = deadLetterOf(payload);
        if (shown < selection.max && isSelected(letter, selection)) {
          shown++;
          terminal.print(json ? asJson(letter) : asText(letter));
        }
        return Promise.resolve(shown < selection.max && !terminal.interrupted);
      },
    });
    terminal.noteUnread(unread, shown < selection.max && !terminal.interrupted);
  } finally {
    await admin.disconnect();
  }
  terminal.note(`${shown} shown`);
  return 0;
}

/** Bytes that are no text are given as base64: `valueEncoding` says which. */
function asJson({ message, ...letter }: DeadLetter): string {
  const [key, value] = [encoded(message.key), encoded(message.value)];
  return JSON.stringify({
    ...letter,
    timestamp: message.timestamp,
    key: key.text,
    keyEncoding: key.encoding,
    value: value.text,
    valueEncoding: value.encoding,
    headers: Object.fromEntries(headersOf(message.headers)),
  });
}

function asText({ message, topic, partition, offset, ...letter }: DeadLetter): string {
  const lines = [
    `${topic}[${partition}]@${offset}  ${timeOf(message.timestamp)}`,
    `  from       ${letter.originalTopic ?? '?'}[${letter.originalPartition ?? '?'}]@${letter.originalOffset ?? '?'}`,
    `  handler    ${letter.handler ?? '?'}, attempt ${letter.attempt ?? '?'}`,
    `  exception  ${letter.exception ?? '?'}: ${letter.reason ?? ''}`,
    `  key        ${shown(message.key)}`,
    `  value      ${shown(message.value)}`,
    ...headersOf(message.headers).map(
      ([name, value]) => `  header     ${name}: ${String(value).split('\n').join('\n    ')}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** A producer may write any timestamp, also one that is no date. */
function timeOf(timestamp: string): string {
  const date = new Date(Number(timestamp));
  return Number.isNaN(date.getTime()) ? `timestamp ${timestamp}` : date.toISOString();
}

function headersOf(headers: IHeaders): [string, string | (string | null)[] | null][] {
  return Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.map(each => encoded(each).text) : encoded(value ?? null).text,
  ]);
}

function shown(bytes: Buffer | null): string {
  const { text, encoding } = encoded(bytes);
  return text === null ? '(null)' : encoding === 'utf8' ? text : `(base64) ${text}`;
}

function encoded(bytes: Buffer | string | null): { text: string | null; encoding: 'utf8' | 'base64' | null } {
  if (bytes === null || typeof bytes === 'string') {
    return { text: bytes, encoding: bytes === null ? null : 'utf8' };
  }
  const text = bytes.toString('utf8');
  return text.includes('\uFFFD') ? { text: bytes.toString('base64'), encoding: 'base64' } : { text, encoding: 'utf8' };
}

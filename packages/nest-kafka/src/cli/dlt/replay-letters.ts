import type { Kafka, Message, Producer } from 'kafkajs-platformatic';
import { TransportHeaders } from '../../incoming/transport-headers.js';
import type { DltCommand } from '../command-line.js';
import type { Terminal } from '../terminal.js';
import { type DeadLetter, deadLetterOf, isSelected, originalHeaders } from './dead-letter.js';
import { ReplayGroup } from './replay-group.js';
import { ADMIN_RETRY, boundsOf, scanTopic } from './scan-topic.js';

/** How many messages may have been produced without being remembered: as many come twice if the program is killed. */
const COMMIT_EVERY = 100;

/**
 * Produces dead letters to their original topics, with the headers, key and bytes that they had, and a header that says where
 * the replay came from. Each is acknowledged by all in-sync replicas before it is remembered, so that none is lost.
 *
 * @returns the exit status
 */
export async function replayLetters(kafka: Kafka, command: DltCommand, terminal: Terminal): Promise<number> {
  const { topic, selection, dryRun, again, idle } = command;
  const admin = kafka.admin({ retry: ADMIN_RETRY });
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await Promise.all([admin.connect(), producer.connect()]);
  let [replayed, refused, uncommitted] = [0, 0, 0];
  try {
    const bounds = await boundsOf(admin, topic);
    const group = await ReplayGroup.load(admin, command.group, topic, bounds);
    const commit = async (): Promise<void> => {
      uncommitted = 0;
      for (const partition of await group.commit()) {
        terminal.warn(
          `Partition ${partition} has more gaps between replayed messages than a commit can tell of: ` +
            'those behind would be replayed again. Replay what stands before them, too.',
        );
      }
    };
    const visit = async (letter: DeadLetter): Promise<boolean> => {
      const wasReplayed = group.has(letter.partition, letter.offset);
      if (!isSelected(letter, selection) || (wasReplayed && !again)) {
        return true;
      }
      if (letter.originalTopic === undefined) {
        refused++;
        terminal.warn(`${placeOf(letter)} has no header that names its original topic; it is left where it is.`);
        return true;
      }
      if (!dryRun) {
        await produce(producer, letter, letter.originalTopic, await partitionsOf(letter.originalTopic));
        group.add(letter.partition, letter.offset);
        uncommitted++;
      }
      replayed++;
      tell(terminal, command, letter);
      if (uncommitted >= COMMIT_EVERY) {
        await commit();
      }
      return replayed < selection.max && !terminal.interrupted;
    };
    const known = new Map<string, Promise<number>>();
    const partitionsOf = (original: string): Promise<number> => {
      let count = known.get(original);
      if (count === undefined) {
        count = admin
          .fetchTopicMetadata({ topics: [original] })
          .then(({ topics }) => topics[0]?.partitions.length ?? 0);
        known.set(original, count);
      }
      return count;
    };
    // One after the other: what is remembered is then what is acknowledged, and `--max` is exact.
    let queue: Promise<unknown> = Promise.resolve();
    let goesOn = true;
    const unread = await scanTopic(kafka, {
      topic,
      bounds: bounds.filter(
        ({ partition }) => selection.partitions.length === 0 || selection.partitions.includes(partition),
      ),
      idle,
      visit: payload => {
        const turn = queue.then(async () => (goesOn &&= await visit(deadLetterOf(payload))));
        queue = turn.catch(() => undefined);
        return turn;
      },
    }).finally(commit);
    terminal.noteUnread(unread, goesOn);
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  }
  terminal.note(`${replayed} ${dryRun ? 'would be ' : ''}replayed${refused > 0 ? `, ${refused} refused` : ''}`);
  return refused > 0 ? 1 : 0;
}

/** To the partition where it was, if that is still there: with its neighbours of the same key. */
async function produce(producer: Producer, letter: DeadLetter, topic: string, partitions: number): Promise<void> {
  const { key, value, headers } = letter.message;
  const { originalPartition: partition } = letter;
  const message: Message = {
    key,
    value,
    headers: {
      ...originalHeaders(headers),
      [TransportHeaders.REPLAYED]: `${letter.topic}[${letter.partition}]@${letter.offset}`,
    },
    ...(partition !== undefined && partition < partitions ? { partition } : {}),
  };
  await producer.send({ topic, acks: -1, messages: [message] });
}

function tell(terminal: Terminal, { json, dryRun }: DltCommand, letter: DeadLetter): void {
  const { partition, offset, originalTopic, originalPartition } = letter;
  if (json) {
    terminal.print(JSON.stringify({ partition, offset, originalTopic, originalPartition, dryRun }));
  } else {
    terminal.print(`${placeOf(letter)} → ${originalTopic}`);
  }
}

function placeOf({ topic, partition, offset }: DeadLetter): string {
  return `${topic}[${partition}]@${offset}`;
}

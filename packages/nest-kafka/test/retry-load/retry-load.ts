import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs-platformatic';
import { textOf } from './load-message.js';
import { RetryingService } from './retrying-service.js';

export interface LoadOptions {
  readonly brokers: readonly string[];
  /** Begin of the names of topics and groups. */
  readonly name: string;
  readonly messages: number;
  /** Messages a second. */
  readonly rate: number;
  /** The first delay, in milliseconds. */
  readonly delay: number;
  /** How often a message fails; more often than twice: it is given up. */
  failuresOf(id: number): number;
  /** Nothing fails; what would have failed is left out of the latencies all the same, so that two runs compare. */
  readonly withoutFailures?: boolean;
  /** The service is killed with -9 when half of the messages were sent, and started again. */
  readonly kill: boolean;
  /** Milliseconds that the end may take after the last message was sent. */
  readonly patience: number;
}

export interface LoadOutcome {
  /** Neither handled nor in the dead letter topic. */
  readonly lost: number;
  readonly handled: number;
  readonly deadLettered: number;
  /** Handled or dead-lettered more than once. */
  readonly repeated: number;
  /** Of the messages that do not fail, from sending to handler, in milliseconds, ascending. */
  readonly latencies: readonly number[];
}

const PARTITIONS = 4;
const TICK = 10;
/** Sent and handled before anything is measured. */
const WARM_UP = 300;

/** Sends messages at a steady rate to a service with retry topics, and accounts for each of them. */
export async function retryLoad(options: LoadOptions): Promise<LoadOutcome> {
  const { brokers, name, messages, rate, delay, failuresOf, withoutFailures = false, kill, patience } = options;
  const [topic, deadLetter] = [`${name}.in`, `${name}.dlt`];
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.ERROR });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS }], waitForLeaders: true });
  await admin.disconnect();
  const service = new RetryingService([brokers.join(','), topic, `${name}.group`, deadLetter], delay);
  const producer = kafka.producer();
  const letters = new Map<number, number>();
  const reader = kafka.consumer({ groupId: `${name}.letters` });
  try {
    await Promise.all([service.start(), producer.connect()]);
    await reader.subscribe({ topic: deadLetter, fromBeginning: true });
    await reader.run({
      eachMessage: async ({ message }) => {
        const id = Number(/^id=(\d+)/.exec(String(message.value))?.[1]);
        letters.set(id, await Promise.resolve((letters.get(id) ?? 0) + 1));
      },
    });
    const send = async (from: number, to: number, failures: (id: number) => number): Promise<void> => {
      const at = performance.timeOrigin + performance.now();
      const batch = Array.from({ length: to - from }, (_, i) => from + i);
      await producer.send({
        topic,
        messages: batch.map(id => ({
          key: String(id),
          value: textOf({ id, at, failures: failures(id) }),
          partition: id % PARTITIONS,
        })),
      });
    };
    await send(messages, messages + WARM_UP, () => 0);
    await until(
      () => service.handled().length >= WARM_UP,
      patience,
      () => 'The warm-up was not handled',
    );
    const begun = performance.now();
    const sent: Promise<void>[] = [];
    let restarted: Promise<void> | undefined;
    for (let next = 0; next < messages;) {
      const due = Math.min(messages, Math.floor(((performance.now() - begun) * rate) / 1_000) + 1);
      if (due > next) {
        sent.push(send(next, due, withoutFailures ? () => 0 : failuresOf));
        next = due;
      }
      if (kill && restarted === undefined && next >= messages / 2) {
        restarted = service.kill().then(() => service.start());
      }
      await sleep(TICK);
    }
    await Promise.all([...sent, restarted]);
    const handledIds = (): number[] => service.handled().flatMap(({ id }) => (id < messages ? [id] : []));
    const ended = (): number => new Set([...handledIds(), ...letters.keys()]).size;
    await until(
      () => ended() >= messages,
      patience,
      () => `${ended()} of ${messages} messages were accounted for`,
      true,
    );
    await service.close();
    const times = new Map(letters);
    for (const id of handledIds()) {
      times.set(id, (times.get(id) ?? 0) + 1);
    }
    const all = Array.from({ length: messages }, (_, id) => id);
    return {
      lost: all.filter(id => !times.has(id)).length,
      handled: new Set(handledIds()).size,
      deadLettered: letters.size,
      repeated: all.filter(id => (times.get(id) ?? 0) > 1).length,
      latencies: service
        .handled()
        .filter(({ id }) => id < messages && failuresOf(id) === 0)
        .map(({ latency }) => latency)
        .toSorted((a, b) => a - b),
    };
  } finally {
    await service.kill();
    service.forget();
    await Promise.all([producer.disconnect(), reader.disconnect()]);
  }
}

/** The value below which are so many of a hundred. */
export function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? NaN;
}

/** @param isEnough whether the outcome is to tell of a wait in vain, in place of an error */
async function until(
  condition: () => boolean,
  patience: number,
  complaint: () => string,
  isEnough = false,
): Promise<void> {
  const deadline = performance.now() + patience;
  while (!condition()) {
    if (performance.now() > deadline) {
      if (isEnough) {
        return;
      }
      throw new Error(`${complaint()} in ${patience} ms`);
    }
    await sleep(50);
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs-platformatic';
import { CopyingProcesses } from './copying-processes.js';
import { OutputCount } from './output-count.js';

export interface CopyOptions {
  readonly brokers: readonly string[];
  /** Begin of the names of topics and groups. */
  readonly name: string;
  readonly records: number;
  readonly partitions: number;
  readonly processes: number;
  /** Records a transaction. */
  readonly batch: number;
  /** Milliseconds between kills; or how many kills, evenly over the progress. */
  readonly kill: { readonly every: number } | { readonly times: number };
  /** Milliseconds that all of it may take. */
  readonly patience: number;
}

export interface CopyOutcome {
  readonly missing: number;
  readonly repeated: number;
  readonly kills: number;
  readonly seconds: number;
}

/** Copies records from one topic to another while consumers are killed, and counts the copies that readers see. */
export async function copyUnderKills(options: CopyOptions): Promise<CopyOutcome> {
  const { brokers, name, records, partitions, processes, batch, kill, patience } = options;
  const [input, output] = [`${name}.in`, `${name}.out`];
  await fill(brokers, [input, output], partitions, records);
  const count = new OutputCount(brokers, output, `${name}.reader`, records);
  const begun = performance.now();
  const copying = new CopyingProcesses(processes, [brokers.join(','), input, output, `${name}.copy`, String(batch)]);
  try {
    await count.start();
    let lastKill = performance.now();
    while (count.distinct < records) {
      await sleep(20);
      const now = performance.now();
      if (now - begun > patience) {
        throw new Error(
          `${count.distinct} of ${records} records were copied in ${patience} ms, with ${copying.kills} kills`,
        );
      }
      const isDue =
        'every' in kill
          ? now - lastKill >= kill.every
          : copying.kills < kill.times && count.distinct >= (records * (copying.kills + 1)) / (kill.times + 1);
      if (isDue) {
        lastKill = now;
        await copying.killOldest();
      }
    }
    const seconds = Math.round((performance.now() - begun) / 1_000);
    await copying.close();
    await count.toTheEnd(partitions);
    const missing = count.times.reduce((sum, times) => sum + (times === 0 ? 1 : 0), 0);
    const repeated = count.times.reduce((sum, times) => sum + (times > 1 ? 1 : 0), 0);
    return { missing, repeated, kills: copying.kills, seconds };
  } finally {
    copying.kill();
    await count.close();
  }
}

async function fill(
  brokers: readonly string[],
  [input, output]: readonly [string, string],
  partitions: number,
  records: number,
): Promise<void> {
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.ERROR });
  const admin = kafka.admin();
  await admin.connect();
  const topics = [input, output].map(topic => ({ topic, numPartitions: partitions }));
  await admin.createTopics({ topics, waitForLeaders: true });
  await admin.disconnect();
  const producer = kafka.producer();
  await producer.connect();
  for (let from = 0; from < records; from += 5_000) {
    const messages = Array.from({ length: Math.min(5_000, records - from) }, (_, i) => ({
      value: String(from + i),
      partition: (from + i) % partitions,
    }));
    await producer.send({ topic: input, messages });
  }
  await producer.disconnect();
}

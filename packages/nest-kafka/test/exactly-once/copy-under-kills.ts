import { setTimeout as sleep } from 'node:timers/promises';
import { CopyingProcesses } from './copying-processes.js';
import { InputTopic } from './input-topic.js';
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
  /** Milliseconds between kills; or how many kills, each in the middle of a portion of the records that arrives just before. */
  readonly kill: { readonly every: number } | { readonly times: number };
  /**
   * Kills something else than a process that copies, and resolves when the next kill may come.
   *
   * @param copied tells how many records have been copied
   */
  readonly victim?: (kill: number, copied: () => number) => Promise<void>;
  /** Milliseconds that all of it may take. */
  readonly patience: number;
}

export interface CopyOutcome {
  readonly missing: number;
  readonly repeated: number;
  readonly kills: number;
  readonly seconds: number;
}

/** Copies records from one topic to another while consumers, or others, are killed, and counts the copies that readers see. */
export async function copyUnderKills(options: CopyOptions): Promise<CopyOutcome> {
  const { brokers, name, records, partitions, processes, batch, kill, patience, victim } = options;
  const [input, output] = [`${name}.in`, `${name}.out`];
  const portion = 'times' in kill ? Math.ceil(records / (kill.times + 1)) : records;
  const filling = await InputTopic.create(brokers, [input, output], partitions);
  await filling.write(portion);
  const count = new OutputCount(brokers, output, `${name}.reader`, records);
  const begun = performance.now();
  const copying = new CopyingProcesses(processes, [brokers.join(','), input, output, `${name}.copy`, String(batch)]);
  try {
    await count.start();
    let kills = 0;
    let lastKill = performance.now();
    while (count.distinct < records) {
      await sleep(20);
      const now = performance.now();
      if (now - begun > patience) {
        throw new Error(`${count.distinct} of ${records} records were copied in ${patience} ms, with ${kills} kills`);
      }
      const isDue =
        'every' in kill ? now - lastKill >= kill.every : filling.written < records && count.distinct >= filling.written;
      if (isDue) {
        lastKill = now;
        if (filling.written < records) {
          const before = count.distinct;
          await filling.write(Math.min(portion, records - filling.written));
          await copiedMoreThan(before, count);
        }
        await (victim?.(kills, () => count.distinct) ?? copying.killOldest());
        kills++;
      }
    }
    const seconds = Math.round((performance.now() - begun) / 1_000);
    await copying.close();
    await count.toTheEnd(partitions);
    const missing = count.times.reduce((sum, times) => sum + (times === 0 ? 1 : 0), 0);
    const repeated = count.times.reduce((sum, times) => sum + (times > 1 ? 1 : 0), 0);
    return { missing, repeated, kills, seconds };
  } finally {
    copying.kill();
    await filling.close();
    await count.close();
  }
}

async function copiedMoreThan(before: number, count: OutputCount): Promise<void> {
  while (count.distinct <= before) {
    await sleep(2);
  }
}

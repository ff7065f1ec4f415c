import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { Ground } from '../ground.js';
import { GrowingFile } from './growing-file.js';
import { PolicyBench } from './policy-server.js';

const program = fileURLToPath(new URL('keyed-service.ts', import.meta.url));
const KEYS = 100;
const PARTITIONS = 4;
/** Messages of each key; 1,000 in the full form. */
const MESSAGES = Number(process.env['DELIVERY_MESSAGES_PER_KEY'] ?? 20);
/** Services that are killed; the full form kills one for every 10,000 messages. */
const KILLS = Math.max(2, Math.floor((KEYS * MESSAGES) / 10_000));

/** `order: 'key'` under failures and kills. @param session milliseconds until the group misses a killed member */
export function killRules(ground: () => Ground, session: number): void {
  describe('kills', () => {
    const folder = mkdtempSync(join(tmpdir(), 'delivery-'));
    const file = join(folder, 'handled');
    const children: ChildProcess[] = [];
    let bench: PolicyBench;
    afterEach(async () => {
      children.forEach(child => child.kill('SIGKILL'));
      await bench.end();
      rmSync(folder, { recursive: true });
    });

    async function service(): Promise<ChildProcess> {
      const child = fork(program, [ground().brokers.join(','), bench.topic, bench.group, String(session), file]);
      children.push(child);
      await once(child, 'message');
      return child;
    }

    it(
      `of 'key': ${KEYS} keys of ${MESSAGES} messages, 200 at once, failures and ${KILLS} kills: each key in order, none lost`,
      { timeout: 120_000 + MESSAGES * 600 },
      async () => {
        bench = await PolicyBench.open(ground(), PARTITIONS);
        writeFileSync(file, '');
        const handled = new GrowingFile(file);
        const ended = new Set<string>();
        const done = (): number => {
          handled
            .more()
            .filter(line => line.startsWith('e'))
            .forEach(line => ended.add(line));
          return ended.size;
        };
        const all = KEYS * MESSAGES;
        await Promise.all([service(), service(), service()]);
        for (let from = 0; from < MESSAGES; from += 20) {
          for (let partition = 0; partition < PARTITIONS; partition++) {
            const keys = Array.from({ length: KEYS }, (_, i) => i).filter(i => i % PARTITIONS === partition);
            const numbers = Array.from({ length: Math.min(20, MESSAGES - from) }, (_, n) => from + n);
            await bench.send(
              numbers.flatMap(n => keys.map(key => [`key ${key}`, `${key} ${n}`] as const)),
              partition,
            );
          }
        }
        for (let kill = 1; kill <= KILLS; kill++) {
          await expect
            .poll(done, { timeout: 60_000 + MESSAGES * 200, interval: 25 })
            .toBeGreaterThan((all * kill) / (KILLS + 1));
          children[kill - 1]?.kill('SIGKILL');
          if (kill < KILLS - 1) {
            void service();
          }
        }
        await expect.poll(done, { timeout: 60_000 + MESSAGES * 200, interval: 100 }).toBe(all);
        handled.close();
        const next = Array.from({ length: KEYS }, () => 0);
        let repeated = 0;
        const overtaking: string[] = [];
        for (const line of handled.lines) {
          const [mark, key, number] = line.split(' ') as [string, string, string];
          const due = next[Number(key)] ?? 0;
          // What begins comes after all before it in its key has ended once: nothing overtakes, nothing is left out.
          if (Number(number) > due) {
            overtaking.push(line);
          }
          if (mark === 'e') {
            repeated += Number(number) < due ? 1 : 0;
            next[Number(key)] = Math.max(due, Number(number) + 1);
          }
        }
        expect(overtaking).toEqual([]);
        expect(next).toEqual(Array.from({ length: KEYS }, () => MESSAGES));
        // What was done and not yet committed when a service was killed: some tens of milliseconds of its work.
        expect(repeated / KILLS).toBeLessThan(Math.min(2_000, all / 4));
        process.stdout.write(`${all} messages by key, ${KILLS} kills: none lost, ${repeated} repeated\n`);
      },
    );
  });
}

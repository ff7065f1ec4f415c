import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startKafka, type KafkaCluster } from '../../scripts/kafka/index.ts';
import { coordinatorOf } from './load/group-coordinator.js';
import type { Summary } from './load/recorder.js';
import { recordRun } from './load/run-record.js';
import { runUnder, STEADY_TEXT } from './load/run-under.js';
import { ServiceProcesses } from './load/service-processes.js';
import { createTopics } from './load/topics.js';

/** How long each fault lasts, milliseconds. `INTEGRITY_SECONDS=60` is the run of the record. */
const DURATION = Number(process.env['INTEGRITY_SECONDS'] ?? 10) * 1_000;
const RECOVERY = 3_000;

/** What has to be empty after each of these. */
const troubles = ({ lost, failedRequests, requests, answered }: Summary) => ({
  lost,
  failedRequests,
  unsettled: requests - answered - failedRequests.length,
});
const NONE = { lost: [], failedRequests: [], unsettled: 0 };

describe('Under load, on three nodes,', { timeout: DURATION * 2 + 240_000 }, () => {
  let cluster: KafkaCluster;

  const nodeOf = (id: number) => {
    const node = cluster.nodes.find(candidate => candidate.id === id);
    if (node === undefined) {
      throw new Error(`There is no node ${id}`);
    }
    return node;
  };

  beforeEach(async () => {
    // A killed broker is taken back only after its session; the default of 9 s would be most of the run.
    cluster = await startKafka({ nodes: 3, properties: { 'broker.session.timeout.ms': 4_000 } });
    await createTopics(cluster.brokers, { events: 4, requests: 4, replies: 4 });
  });
  afterEach(() => cluster?.stop());

  it('a group whose coordinator is killed loses nothing, and every request is answered', async () => {
    const summary = await runUnder(cluster.brokers, async () => {
      const node = nodeOf(await coordinatorOf(cluster.brokers, 'integrity-server'));
      await node.kill();
      await wait(DURATION);
      await node.start();
      await wait(RECOVERY);
    });
    recordRun(
      `the coordinator of the service's group killed with -9, away for ${DURATION / 1_000} s`,
      STEADY_TEXT,
      summary,
    );
    expect(troubles(summary)).toEqual(NONE);
  });

  it('a broker that hangs (kill -STOP) loses nothing, and every request is answered', async () => {
    // KafkaJS's default of 30 s to believe in a broker that does not answer is as long as the requests may take.
    const client = { requestTimeout: 4_000 };
    const summary = await runUnder(
      cluster.brokers,
      async () => {
        const node = nodeOf(await coordinatorOf(cluster.brokers, 'integrity-server'));
        node.freeze();
        await wait(DURATION);
        node.thaw();
        await wait(RECOVERY);
      },
      { client },
    );
    recordRun(`a broker, coordinator of the group, stopped with -STOP for ${DURATION / 1_000} s`, STEADY_TEXT, summary);
    expect(troubles(summary)).toEqual(NONE);
  });

  it('all brokers killed and started again lose nothing, and every request is answered', async () => {
    const absence = Math.min(DURATION, 10_000);
    const summary = await runUnder(
      cluster.brokers,
      async () => {
        await Promise.all(cluster.nodes.map(node => node.kill()));
        await wait(absence);
        cluster.nodes.forEach(node => node.launch());
        await Promise.all(cluster.nodes.map(node => node.untilServing([1, 2, 3], 90_000)));
        await wait(RECOVERY);
      },
      { requestTimeout: 90_000 },
    );
    recordRun(`all three brokers killed with -9 at once, away for ${absence / 1_000} s`, STEADY_TEXT, summary);
    expect(troubles(summary)).toEqual(NONE);
  });

  it('consumer processes that are killed, added and removed lose nothing, and every request is answered', async () => {
    let processes: ServiceProcesses | undefined;
    const summary = await runUnder(
      cluster.brokers,
      async () => {
        for (const end = Date.now() + DURATION; Date.now() < end;) {
          await processes?.add();
          await processes?.kill();
          await wait(1_000);
          await processes?.add();
          await processes?.remove();
          await wait(1_000);
        }
      },
      {
        serve: async (brokers, recorder) => {
          processes = new ServiceProcesses(brokers, recorder);
          await processes.add();
          await processes.add();
          return [processes];
        },
      },
    );
    recordRun(
      `of two consumer processes one killed with -9 and replaced, one closed and replaced, by turns for ${DURATION / 1_000} s`,
      '10 emitters, 5 requesters, 2 processes',
      summary,
    );
    expect(troubles(summary)).toEqual(NONE);
  });
});

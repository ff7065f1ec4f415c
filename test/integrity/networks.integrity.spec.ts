import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { IntegrityCluster } from './frame/integrity-cluster.js';
import { INTACT, troublesOf } from './frame/invariants.js';
import { runScenario } from './frame/run-scenario.js';
import type { Flaw } from './network/flaw.js';

/** How long the network is flawed, milliseconds. */
const DURATION = Number(process.env['INTEGRITY_SECONDS'] ?? 8) * 1_000;
const RECOVERY = 2_000;

interface FlawedNetwork {
  readonly name: string;
  readonly done: string;
  readonly flaw: Flaw;
  readonly nodes: readonly number[];
  /** Damage is counted where the flaw is one of single answers or connections. */
  readonly damages?: boolean;
}

const FLAWED: readonly FlawedNetwork[] = [
  {
    name: 'slow',
    done: 'each packet to and from every broker 500 ms late',
    flaw: { kind: 'slow', milliseconds: 500 },
    nodes: [1, 2, 3],
  },
  {
    name: 'cut',
    done: 'the network to one broker cut: connections are reset, and new ones too',
    flaw: { kind: 'cut' },
    nodes: [2],
    damages: true,
  },
  {
    name: 'half-open',
    done: 'connections to one broker left half-open: nothing ends, nothing is answered, new ones neither',
    flaw: { kind: 'half-open' },
    nodes: [2],
    damages: true,
  },
  {
    name: 'stalled',
    done: 'nothing passes to or from one broker, and all of it afterwards',
    flaw: { kind: 'stalled' },
    nodes: [2],
  },
  {
    name: 'truncated',
    done: 'of 20 answers of every broker one cut in the middle, and the connection with it',
    flaw: { kind: 'truncated', oneIn: 20 },
    nodes: [1, 2, 3],
    damages: true,
  },
  {
    name: 'garbage',
    done: 'of 20 answers of every broker one replaced by random bytes',
    flaw: { kind: 'garbage', oneIn: 20 },
    nodes: [1, 2, 3],
    damages: true,
  },
];

describe('Between clients and three nodes, under load,', { timeout: DURATION * 2 + 600_000 }, () => {
  let cluster: IntegrityCluster;

  beforeAll(async () => {
    cluster = await IntegrityCluster.start();
  });
  afterEach(() => cluster?.makeWhole(), 400_000);
  afterAll(() => cluster?.stop());

  it.each(FLAWED)('a network that is $name loses nothing, and every request is answered', async network => {
    const { name, done, flaw, nodes, damages = false } = network;
    const proxies = nodes.map(id => cluster.network(id));
    const damage = (): number => proxies.reduce((sum, proxy) => sum + proxy.damage, 0);
    const before = damage();
    const { ours } = await runScenario(cluster, {
      name: `network-${name}`,
      done: `${done}, for ${DURATION / 1_000} s`,
      brokers: cluster.proxied,
      // KafkaJS's default of 30 s to believe in a broker that does not answer is as long as the requests may take.
      client: { requestTimeout: 4_000 },
      faults: async ({ tell }) => {
        tell(`nodes ${nodes.join(', ')}: ${flaw.kind}`);
        proxies.forEach(proxy => proxy.set(flaw));
        await wait(DURATION);
        proxies.forEach(proxy => proxy.heal());
        tell('the network is well');
        await wait(RECOVERY);
      },
    });
    expect(troublesOf(ours)).toEqual(INTACT);
    expect(damage() - before > 0).toBe(damages);
  });
});

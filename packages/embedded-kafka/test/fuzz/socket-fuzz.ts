import { once } from 'node:events';
import { connect } from 'node:net';
import { EmbeddedKafka } from '../../src/index.js';
import { fetchCodec } from '../../src/protocol/generated/fetch.js';
import { metadataCodec } from '../../src/protocol/generated/metadata.js';
import { produceCodec } from '../../src/protocol/generated/produce.js';
import { buildBatch } from '../support/build-batch.js';
import { fetchOf } from '../support/fetch-requests.js';
import { WireClient } from '../support/wire-client.js';
import type { FuzzResult } from './decoder-fuzz.js';
import { allTargets, randomFrame, randomOfCase } from './fuzz-frames.js';

const FRAMES_A_CONNECTION = 20;
const CONNECTIONS = 8;
/** A broker keeps what it is told to create: another one takes over before that is what is measured. */
const FRAMES_A_BROKER = 100_000;
/** Requests may be parked for as long as they ask for; their connection is then left. */
const PATIENCE_MS = 60;
/** What a client that does nothing wrong waits at most while others do their worst. */
const INNOCENT_MS = 5_000;
const MAX_FAILURES = 20;
const INNOCENT_TOPIC = 'innocent';

export interface SocketFuzzResult extends FuzzResult {
  /** Connections that the broker ended and told why. */
  readonly disconnected: number;
  readonly maxRssBytes: number;
  /** Requests of the innocent client, all of which were answered in time. */
  readonly served: number;
}

/** Sends random and mutated frames to brokers, while a client that does nothing wrong goes on with its work. */
export async function fuzzSockets(seed: number, cases: number): Promise<SocketFuzzResult> {
  const targets = allTargets();
  const failures: string[] = [];
  const startedAt = performance.now();
  const total = { disconnected: 0, maxRssBytes: 0, served: 0 };
  let next = 0;
  for (let end = 0; end < cases && failures.length < MAX_FAILURES;) {
    end = Math.min(cases, next + FRAMES_A_BROKER);
    const complain = (message: string): unknown =>
      failures.length < MAX_FAILURES && failures.push(`seed ${seed}, near case ${next}: ${message}`);
    await using kafka = await startBroker(complain, () => total.disconnected++);
    const address = kafka.brokers[0] ?? '';
    const innocent = await Innocent.start(address);
    const last = end;
    const attack = async (): Promise<void> => {
      while (next < last && failures.length < MAX_FAILURES) {
        const first = next;
        next = Math.min(last, next + FRAMES_A_CONNECTION);
        const frames: Buffer[] = [];
        for (let index = first; index < next; index++) frames.push(randomFrame(targets, randomOfCase(seed, index)));
        await send(address, frames);
        total.maxRssBytes = Math.max(total.maxRssBytes, process.memoryUsage.rss());
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, attack));
    const fault = await innocent.stop();
    if (fault !== undefined) complain(fault);
    total.served += innocent.served;
  }
  return { cases: next, seconds: (performance.now() - startedAt) / 1_000, failures, ...total };
}

const quiet = (): void => undefined;

function startBroker(complain: (message: string) => void, disconnected: () => void): Promise<EmbeddedKafka> {
  return EmbeddedKafka.start({
    topics: [INNOCENT_TOPIC],
    logger: { debug: quiet, info: quiet, warn: disconnected, error: complain },
  });
}

async function send(address: string, frames: readonly Buffer[]): Promise<void> {
  const [host = '', port] = address.split(':');
  const socket = connect({ host, port: Number(port) });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.resume();
  for (const frame of frames) socket.write(frame);
  const deadline = performance.now() + PATIENCE_MS;
  while (!socket.closed && performance.now() < deadline) await new Promise(resolve => setTimeout(resolve, 2));
  socket.destroy();
}

/** Produces, reads and asks, and wants an answer to everything on one and the same connection. */
class Innocent {
  served = 0;
  private isStopped = false;
  private readonly done: Promise<string | undefined>;

  private constructor(private readonly client: WireClient) {
    this.done = this.work();
  }

  static async start(address: string): Promise<Innocent> {
    return new Innocent(await WireClient.connect(address));
  }

  /** @returns what went wrong, if anything did */
  async stop(): Promise<string | undefined> {
    this.isStopped = true;
    const fault = await this.done;
    this.client.destroy();
    return fault;
  }

  private async work(): Promise<string | undefined> {
    const topicData = [{ name: INNOCENT_TOPIC, partitionData: [{ index: 0, records: buildBatch() }] }];
    try {
      while (!this.isStopped) {
        const before = performance.now();
        // A fuzzed request may have deleted the topic, which is its right: an answer is all that is asked for.
        await this.client.call(produceCodec, 9, { acks: 1, timeoutMs: 1_000, topicData });
        await this.client.call(fetchCodec, 12, fetchOf(INNOCENT_TOPIC, { maxWaitMs: 0 }));
        await this.client.call(metadataCodec, 9, { topics: [{ name: INNOCENT_TOPIC }] });
        this.served += 3;
        const took = performance.now() - before;
        if (took > INNOCENT_MS) return `an innocent client waited ${took} ms`;
        await new Promise(resolve => setTimeout(resolve, 5));
      }
    } catch (error) {
      return `an innocent client was hurt: ${String(error)}`;
    }
    return undefined;
  }
}

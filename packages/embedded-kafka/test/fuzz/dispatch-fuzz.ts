import { setImmediate as nextRound } from 'node:timers/promises';
import type { Broker } from '../../src/broker.js';
import { ClusterNodes } from '../../src/cluster-nodes.js';
import type { BrokerNode } from '../../src/cluster/broker-node.js';
import { createBroker } from '../../src/create-broker.js';
import { Connection } from '../../src/net/connection.js';
import { FrameBlocks } from '../../src/net/frame-blocks.js';
import { createListener, type Listener } from '../../src/net/listener.js';
import { resolveOptions } from '../../src/options/resolved-options.js';
import { metadataCodec } from '../../src/protocol/generated/metadata.js';
import { ANONYMOUS } from '../../src/security/principal.js';
import { requestFrame } from '../support/wire-client.js';
import type { FuzzResult } from './decoder-fuzz.js';
import { allTargets, randomFrame, randomOfCase, withLength } from './fuzz-frames.js';
import { mutate } from './mutation.js';
import { SocketStub } from './socket-stub.js';

/** Frames that are made of one message: making it is dearer than handling it. */
const FRAMES_A_MESSAGE = 10;
/** Timers and whoever waits have their turn so often. */
const FRAMES_BETWEEN_ROUNDS = 50;
/** A broker keeps what it is told to create: another one takes over before that is what is measured. */
const FRAMES_A_BROKER = 50_000;
const MAX_FRAME_BYTES = 104_857_600;
/** Generous: other programs run, too. */
const SLOW_MS = 2_000;
const MAX_FAILURES = 20;
/** Key, version, correlation id, and the test client's name, in which nothing is to be found. */
const HEADER_BYTES = 8 + 2 + 'wire-client'.length;
const INNOCENT_TOPIC = 'innocent';

export interface DispatchFuzzResult extends FuzzResult {
  readonly disconnected: number;
  readonly answered: number;
  readonly maxRssBytes: number;
}

/**
 * Random and mutated frames through all that a socket's bytes go through, but for the socket: cut from chunks of any size,
 * read, handled and answered. Now and then another client asks something and must be answered at once.
 */
export async function fuzzDispatch(seed: number, cases: number): Promise<DispatchFuzzResult> {
  const targets = allTargets();
  const failures: string[] = [];
  const total = { disconnected: 0, answered: 0, maxRssBytes: 0 };
  const startedAt = performance.now();
  let next = 0;
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 3;
  while (next < cases && failures.length < MAX_FAILURES) {
    const end = Math.min(cases, next + FRAMES_A_BROKER);
    const complain = (message: string): unknown =>
      failures.length < MAX_FAILURES && failures.push(`seed ${seed}, near case ${next}: ${message}`);
    await using ground = await DispatchGround.start(complain, () => total.disconnected++);
    let stub = ground.connect();
    for (; next < end && failures.length < MAX_FAILURES; next += FRAMES_A_MESSAGE) {
      const random = randomOfCase(seed, next);
      const frame = randomFrame(targets, random);
      for (let index = next; index < Math.min(end, next + FRAMES_A_MESSAGE); index++) {
        const before = performance.now();
        const { writes } = stub;
        send(stub, index === next ? frame : variation(frame, random), random);
        const took = performance.now() - before;
        if (took > SLOW_MS) complain(`a frame took ${took} ms`);
        total.answered += Math.sign(stub.writes - writes);
        // Closed, parked, or not to be answered: the next frame is for another connection, or nobody would read it.
        if (stub.destroyed || stub.writes === writes) {
          stub.destroy();
          stub = ground.connect();
        }
      }
      if (!ground.servesTheInnocent()) complain('another client was not answered at once');
      if (next % FRAMES_BETWEEN_ROUNDS === 0) await nextRound();
    }
    total.maxRssBytes = Math.max(total.maxRssBytes, process.memoryUsage.rss());
  }
  Error.stackTraceLimit = stackTraceLimit;
  return { cases: Math.min(next, cases), seconds: (performance.now() - startedAt) / 1_000, failures, ...total };
}

/** Another body after the same header, so that it is the body that is read. */
function variation(frame: Buffer, random: () => number): Buffer {
  const body = mutate(frame.subarray(4 + HEADER_BYTES), random);
  return withLength(Buffer.concat([frame.subarray(4, 4 + HEADER_BYTES), body]));
}

/** In chunks, whose ends are anywhere. */
function send(stub: SocketStub, frame: Buffer, random: () => number): void {
  for (let at = 0; at < frame.length && !stub.destroyed;) {
    const end = Math.min(frame.length, at + 1 + Math.floor(random() * 2_048));
    stub.receive(frame.subarray(at, end));
    at = end;
  }
}

const quiet = (): void => undefined;

/** A broker whose connections are made without sockets. */
class DispatchGround implements AsyncDisposable {
  private readonly innocent: SocketStub;
  private readonly question = requestFrame(metadataCodec, 9, 1, { topics: [{ name: INNOCENT_TOPIC }] });
  private readonly frameBlocks = new FrameBlocks();
  private nextId = 1;

  private constructor(
    private readonly broker: Broker,
    private readonly nodes: ClusterNodes,
    private readonly node: BrokerNode,
    private readonly listener: Listener,
  ) {
    this.innocent = this.connect();
  }

  static async start(complain: (message: string) => void, disconnected: () => void): Promise<DispatchGround> {
    const logger = { debug: quiet, info: quiet, warn: disconnected, error: complain };
    const options = resolveOptions({ topics: [INNOCENT_TOPIC], logger });
    const broker = createBroker(options);
    const nodes = new ClusterNodes(broker);
    await nodes.open(options.listeners, options.brokers);
    const [node] = broker.cluster.nodes;
    const [listener] = options.listeners;
    if (node === undefined || listener === undefined) throw new Error('a broker has a node and a listener');
    return new DispatchGround(broker, nodes, node, createListener(listener, broker.scramCredentials, Date.now));
  }

  connect(): SocketStub {
    const stub = new SocketStub();
    const { broker, node, listener, frameBlocks } = this;
    // It lives as long as its socket.
    void new Connection({
      id: this.nextId++,
      socket: stub.asSocket(),
      node,
      broker,
      listener,
      principal: ANONYMOUS,
      maxFrameBytes: MAX_FRAME_BYTES,
      frameBlocks,
      onClose: () => undefined,
    });
    return stub;
  }

  servesTheInnocent(): boolean {
    const before = this.innocent.writes;
    this.innocent.receive(Buffer.from(this.question));
    return this.innocent.writes > before && !this.innocent.destroyed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.innocent.destroy();
    await this.nodes.close();
    this.broker.maintenance.close();
    this.broker.transactions.close();
    this.broker.groups.close();
    this.broker.events.close();
  }
}

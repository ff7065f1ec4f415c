import { once } from 'node:events';
import { connect, Server, Socket } from 'node:net';
import { setImmediate as nextRound } from 'node:timers/promises';
import { queryObjects } from 'node:v8';
import { EmbeddedKafka } from 'embedded-kafka';
import { METADATA_OF_ALL } from '../../embedded/metadata-request.js';

/**
 * Starts and stops brokers, each with a topic and with a client that asks once and stays connected, and tells what is left:
 * of the heap (after a garbage collection; `--expose-gc`), of brokers and sockets that are still reachable, and of handles.
 */
const CYCLES = 200;
/** Compiled code and caches are there by then. */
const WARM = 20;

export interface CycleReport {
  readonly cycles: number;
  readonly heapGrowthBytes: number;
  /** Brokers, listeners and connections that something still holds. */
  readonly leftObjects: number;
  /** Of what keeps a process alive, by Node's names. */
  readonly leftResources: readonly string[];
  readonly medianStartMilliseconds: number;
  readonly medianStopMilliseconds: number;
}

const middle = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

async function heapUsed(): Promise<number> {
  for (let times = 0; times < 3; times++) {
    await nextRound();
    globalThis.gc!();
  }
  return process.memoryUsage().heapUsed;
}

type Kind = Parameters<typeof queryObjects>[0];

/** Living instances, after a garbage collection. */
const living = (kind: Kind): number => queryObjects(kind, { format: 'count' });

const startTimes: number[] = [];
const stopTimes: number[] = [];
const kinds = new Set<Kind>([Server, Socket]);
let warmHeap = 0;

/** A function of its own, so that nothing of the last cycle is held by the program itself. */
async function runCycle(): Promise<void> {
  const startedAt = performance.now();
  const kafka = await EmbeddedKafka.start({ topics: ['orders'] });
  startTimes.push(performance.now() - startedAt);
  kinds.add(kafka.constructor as Kind);
  const socket = connect({ host: '127.0.0.1', port: Number(kafka.brokers[0]!.split(':')[1]) });
  socket.on('error', () => undefined);
  socket.write(METADATA_OF_ALL);
  await once(socket, 'data');
  const closed = once(socket, 'close');
  const stoppedAt = performance.now();
  await kafka.stop();
  stopTimes.push(performance.now() - stoppedAt);
  await closed;
}

const livingBefore = living(Server) + living(Socket);
for (let cycle = 0; cycle < CYCLES; cycle++) {
  if (cycle === WARM) warmHeap = await heapUsed();
  await runCycle();
}
const heapGrowthBytes = (await heapUsed()) - warmHeap;
const leftObjects = [...kinds].reduce((sum, kind) => sum + living(kind), 0) - livingBefore;
// The channel to the parent is not the broker's.
const isOfTheChannel = (name: string): boolean => name === 'PipeWrap';
const report: CycleReport = {
  cycles: CYCLES,
  heapGrowthBytes,
  leftObjects,
  leftResources: process.getActiveResourcesInfo().filter(name => !isOfTheChannel(name)),
  medianStartMilliseconds: middle(startTimes),
  medianStopMilliseconds: middle(stopTimes),
};
process.send!(report);

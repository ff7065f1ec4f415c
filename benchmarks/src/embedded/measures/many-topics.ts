import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../../statistics.js';
import { BrokerProcess } from '../broker-process.js';
import { METADATA_OF_ALL, METADATA_OF_NONE } from '../metadata-request.js';
import { megabytes, milliseconds, type Finding } from './measure.js';

const TOPICS = 1_000;
const PARTITIONS_EACH = 10;
const CONNECTIONS = 500;
const METADATA_REQUESTS = 50;
const IDLE_MS = 10_000;

/** Many topics and many clients that do nothing: what they cost. */
export async function measureManyTopics(): Promise<readonly Finding[]> {
  const topics = Array.from({ length: TOPICS }, (_, index) => ({
    name: `topic-${String(index).padStart(4, '0')}`,
    partitions: PARTITIONS_EACH,
  }));
  const empty = await BrokerProcess.start();
  const { rssMegabytes: emptyRss } = await empty.usage();
  await empty.stop();
  const broker = await BrokerProcess.start({ topics });
  const sockets: Socket[] = [];
  try {
    const { rssMegabytes: filledRss } = await broker.usage();
    for (let count = 0; count < CONNECTIONS; count++) sockets.push(await openConnection(broker.port));
    const [first] = sockets;
    const times: number[] = [];
    for (let count = 0; count < METADATA_REQUESTS; count++) {
      const before = performance.now();
      await roundTrip(first!, METADATA_OF_ALL);
      times.push(performance.now() - before);
    }
    await sleep(1_000);
    const before = await broker.usage();
    await sleep(IDLE_MS);
    const after = await broker.usage();
    const idle = (after.cpuMicroseconds - before.cpuMicroseconds) / 1_000 / (IDLE_MS / 1_000);
    const what = `${TOPICS} topics of ${PARTITIONS_EACH} partitions`;
    return [
      { title: `start with ${what}`, value: milliseconds(broker.startMilliseconds), aim: '' },
      {
        title: `· RSS beyond an empty broker's (${megabytes(emptyRss)})`,
        value: megabytes(filledRss - emptyRss),
        aim: '',
      },
      { title: '· Metadata of all of them (p50 of 50)', value: milliseconds(median(times)), aim: '' },
      { title: `· with ${CONNECTIONS} connections: RSS in all`, value: megabytes(after.rssMegabytes), aim: '' },
      { title: '· idle: CPU time a second', value: milliseconds(idle), aim: '' },
    ];
  } finally {
    for (const socket of sockets) socket.destroy();
    await broker.stop();
  }
}

async function openConnection(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  await roundTrip(socket, METADATA_OF_NONE);
  return socket;
}

/** Sends a frame and waits for the whole answer. */
function roundTrip(socket: Socket, frame: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = 0;
    let expected = Infinity;
    const finish = (error?: Error): void => {
      socket.off('data', receive).off('error', finish);
      if (error) reject(error);
      else resolve();
    };
    const receive = (chunk: Buffer): void => {
      // The length comes first, and in the first chunk: nothing else is under way here.
      if (received === 0) expected = chunk.readInt32BE(0) + 4;
      received += chunk.length;
      if (received >= expected) finish();
    };
    socket.on('data', receive).on('error', finish);
    socket.write(frame);
  });
}

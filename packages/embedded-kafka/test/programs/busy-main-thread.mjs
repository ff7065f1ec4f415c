// A main thread that is busy for as many milliseconds as a line of its input says, with a broker in it, or beside it in a worker thread.
import { createInterface } from 'node:readline';
import { EmbeddedKafka } from '../../dist/index.js';

const kafka = await EmbeddedKafka.start({ worker: process.argv[2] === 'true' });
console.log(kafka.brokers[0]);
for await (const line of createInterface({ input: process.stdin })) {
  console.log('busy');
  // Lets the line out before the loop begins.
  await new Promise(resolve => setTimeout(resolve, 50));
  const end = performance.now() + Number(line);
  while (performance.now() < end);
  console.log('free');
}
// Nothing may be left that keeps the process alive.
await kafka.stop();

// Writes 1 GiB through one partition that keeps 16 MiB, and tells how much memory that took. Fails above the bound.
//
//   npm run build && node packages/embedded-kafka/test/programs/retained-memory.mjs [megabytes=1024]
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { EmbeddedKafka } from '../../dist/index.js';
import { produceCodec } from '../../dist/protocol/generated/produce.js';
import { crc32c } from '../../dist/log/crc32c.js';
import { Reader } from '../../dist/protocol/reader.js';
import { Writer } from '../../dist/protocol/writer.js';
import { connect } from 'node:net';

const RETENTION_BYTES = 16 * 1024 * 1024;
const BATCH_BYTES = 256 * 1024;
/** The broker itself, what is retained twice over, and what a garbage collector leaves lying around. */
const BOUND_MEGABYTES = 250;
const megabytes = Number(process.argv[2] ?? 1024);

const mb = bytes => Math.round(bytes / 1024 / 1024);

const varint = number => {
  const bytes = [];
  for (let rest = number >= 0 ? number * 2 : -number * 2 - 1; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 128);
  }
};

function batch() {
  const value = Buffer.alloc(BATCH_BYTES, 'x');
  const body = Buffer.concat([Buffer.from([0, 0, 0]), varint(-1), varint(value.length), value, varint(0)]);
  const records = Buffer.concat([varint(body.length), body]);
  const bytes = Buffer.concat([Buffer.alloc(61), records]);
  bytes.writeInt32BE(bytes.length - 12, 8);
  bytes.writeInt8(2, 16);
  bytes.writeBigInt64BE(BigInt(Date.now()), 27);
  bytes.writeBigInt64BE(BigInt(Date.now()), 35);
  bytes.writeBigInt64BE(-1n, 43);
  bytes.writeInt16BE(-1, 51);
  bytes.writeInt32BE(-1, 53);
  bytes.writeInt32BE(1, 57);
  bytes.writeUInt32BE(crc32c(bytes, 21), 17);
  return bytes;
}

/** Sends what there is to send from a process of its own, so that only the broker's memory is measured. */
async function produce(port) {
  const writer = new Writer();
  writer.int32(0);
  writer.int16(produceCodec.key);
  writer.int16(9);
  writer.int32(1);
  writer.nullableString('retained-memory', false);
  writer.uvarint(0);
  const topicData = [{ name: 'big', partitionData: [{ index: 0, records: batch() }] }];
  produceCodec.request.write(writer, { acks: -1, timeoutMs: 10_000, topicData }, 9);
  const frame = Buffer.concat(writer.finish());
  frame.writeInt32BE(frame.length - 4, 0);
  const socket = connect({ host: '127.0.0.1', port });
  let left = Math.ceil((megabytes * 1024 * 1024) / BATCH_BYTES);
  let received = Buffer.alloc(0);
  await new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('connect', () => socket.write(frame));
    socket.on('data', chunk => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 4 || received.length < 4 + received.readInt32BE(0)) return;
      const reader = new Reader(received.subarray(8));
      reader.skipTaggedFields();
      const { errorCode } = produceCodec.response.read(reader, 9).responses[0].partitionResponses[0];
      if (errorCode !== 0) reject(new Error(`the broker answers with error ${errorCode}`));
      received = Buffer.alloc(0);
      if (--left > 0) socket.write(frame);
      else resolve();
    });
  });
  socket.destroy();
}

if (process.env.PRODUCE_TO) {
  await produce(Number(process.env.PRODUCE_TO));
} else {
  const configs = { 'retention.bytes': RETENTION_BYTES };
  await using kafka = await EmbeddedKafka.start({ topics: [{ name: 'big', configs }] });
  const before = process.memoryUsage.rss();
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 10);
  const startedAt = performance.now();
  const child = fork(fileURLToPath(import.meta.url), [String(megabytes)], {
    env: { ...process.env, PRODUCE_TO: kafka.brokers[0].split(':')[1] },
  });
  const code = await new Promise(resolve => child.on('exit', resolve));
  clearInterval(watch);
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(
    `${megabytes} MiB through one partition that keeps ${mb(RETENTION_BYTES)} MiB: RSS ${mb(before)} MiB before, ${mb(peak)} MiB at its peak (${seconds.toFixed(1)} s)`,
  );
  if (code !== 0 || mb(peak) > BOUND_MEGABYTES) process.exitCode = 1;
}

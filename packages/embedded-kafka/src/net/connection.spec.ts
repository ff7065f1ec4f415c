import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildBatch } from '../../test/support/build-batch.js';
import { randomNumbers } from '../../test/support/random-message.js';
import { requestFrame, WireClient } from '../../test/support/wire-client.js';
import { EmbeddedKafka } from '../embedded-kafka.js';
import { ErrorCode } from '../protocol/errors.js';
import { apiVersionsCodec } from '../protocol/generated/api-versions.js';
import { fetchOf } from '../../test/support/fetch-requests.js';
import { fetchCodec } from '../protocol/generated/fetch.js';
import { metadataCodec } from '../protocol/generated/metadata.js';
import { produceCodec } from '../protocol/generated/produce.js';

const produceOne = (acks: number) => ({
  acks,
  timeoutMs: 1_000,
  topicData: [{ name: 't', partitionData: [{ index: 0, records: buildBatch() }] }],
});

describe('a connection', () => {
  let kafka: EmbeddedKafka;
  let client: WireClient;
  const log: string[] = [];
  const tell = (message: string): number => log.push(message);

  beforeEach(async () => {
    log.length = 0;
    kafka = await EmbeddedKafka.start({
      topics: ['t'],
      logger: { debug: () => undefined, info: () => undefined, warn: tell, error: tell },
    });
    client = await connect();
  });
  afterEach(async () => {
    client.destroy();
    await kafka.stop();
  });

  const connect = (): Promise<WireClient> => WireClient.connect(kafka.brokers[0] ?? '');
  const expectServed = async (): Promise<void> => {
    const other = await connect();
    const { brokers } = await other.call(metadataCodec, 9, { topics: null, includeTopicAuthorizedOperations: false });
    expect(brokers).toHaveLength(1);
    other.destroy();
  };

  it('answers an ApiVersions request of a version to come in version 0, with its range', async () => {
    const frame = Buffer.from('0000000a 0012 00ff 00000007 ffff'.replaceAll(' ', ''), 'hex');
    client.socket.write(frame);
    const answer = await client.receiveFrame();
    expect(answer.toString('hex')).toBe(`00000007${'0023'}${'00000001'}${'0012'}${'0000'}${'0004'}`);
    const served = await client.call(apiVersionsCodec, 0, { clientSoftwareName: '', clientSoftwareVersion: '' });
    expect(served.errorCode).toBe(ErrorCode.NONE);
  });

  it.each([
    ['an unknown API key', '0000000a 03e7 0000 00000001 ffff', /API key 999 \(version 0\) is not served/],
    ['a version that is not served', '0000000a 0000 0002 00000001 ffff', /Produce \(key 0\) version 2 .* 3 to 13/],
    ['a frame of negative length', 'ffffffff', /claims -1 bytes/],
    ['a frame of 2 GiB', '7fffffff', /claims 2147483647 bytes/],
    ['a body that ends too early', '0000000a 0003 0001 00000001 ffff', /message ends at byte/],
    ['an array of two billion topics', '0000000e 0003 0001 00000001 ffff 7fffffff', /claims 2147483647 elements/],
    ['a client id that is not there', '0000000a 0003 0001 00000001 7fff', /a string at byte .* claims 32767/],
  ])('is closed for %s, with the reason logged, and nobody else notices', async (_, bytes, reason) => {
    client.socket.write(Buffer.from(bytes.replaceAll(' ', ''), 'hex'));
    await client.closed();
    expect(log.join('\n')).toMatch(reason);
    await expectServed();
  });

  it('answers pipelined requests in their order, a parked one too', async () => {
    client.send(fetchCodec, 12, fetchOf('t', { maxWaitMs: 150, minBytes: 1 }));
    client.send(apiVersionsCodec, 3, { clientSoftwareName: 'x', clientSoftwareVersion: '1' });
    client.send(produceCodec, 9, produceOne(1));
    const fetched = await client.receive(fetchCodec, 12);
    expect(client.lastCorrelationId).toBe(1);
    // The produce request stands behind the fetch, which therefore finds nothing.
    expect(fetched.responses[0]?.partitions[0]?.records).toHaveLength(0);
    await client.receive(apiVersionsCodec, 3);
    expect(client.lastCorrelationId).toBe(2);
    await client.receive(produceCodec, 9);
    expect(client.lastCorrelationId).toBe(3);
  });

  it('is not kept waiting by a request that is parked on another one', async () => {
    const other = await connect();
    const parked = other.call(fetchCodec, 12, fetchOf('t', { maxWaitMs: 10_000, minBytes: 1 }));
    const produced = await client.call(produceCodec, 9, produceOne(-1));
    expect(produced.responses[0]?.partitionResponses[0]?.errorCode).toBe(ErrorCode.NONE);
    expect((await parked).responses[0]?.partitions[0]?.highWatermark).toBe(1n);
    other.destroy();
  });

  it('gets no answer to a produce request with acks=0, and stays in step', async () => {
    client.send(produceCodec, 9, produceOne(0));
    const { responses } = await client.call(produceCodec, 9, produceOne(1));
    expect(client.lastCorrelationId).toBe(2);
    expect(responses[0]?.partitionResponses[0]?.baseOffset).toBe(1n);
  });

  it('is closed if a produce request with acks=0 fails, since there is no other way to tell', async () => {
    client.send(produceCodec, 9, {
      acks: 0,
      timeoutMs: 0,
      topicData: [{ name: 'nowhere', partitionData: [{ index: 0, records: buildBatch() }] }],
    });
    await client.closed();
    expect(log.join('\n')).toMatch(/acks=0 to nowhere-0 failed: UNKNOWN_TOPIC_OR_PARTITION/);
  });

  it('lets a parked fetch go when its client leaves', async () => {
    client.send(fetchCodec, 12, fetchOf('t', { maxWaitMs: 60_000, minBytes: 1 }));
    client.destroy();
    const startedAt = performance.now();
    await kafka.stop();
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it('is closed when it is idle for too long, and not while a request of it waits', async () => {
    await using impatient = await EmbeddedKafka.start({
      topics: ['t'],
      properties: { 'connections.max.idle.ms': 150 },
      logger: { debug: () => undefined, info: () => undefined, warn: tell, error: tell },
    });
    const [idle, waiting] = await Promise.all([
      WireClient.connect(impatient.brokers[0] ?? ''),
      WireClient.connect(impatient.brokers[0] ?? ''),
    ]);
    const fetched = waiting.call(fetchCodec, 12, fetchOf('t', { maxWaitMs: 600, minBytes: 1 }));
    await idle.closed();
    expect(log.join('\n')).toMatch(/connections\.max\.idle\.ms/);
    expect((await fetched).errorCode).toBe(ErrorCode.NONE);
    await waiting.closed();
  });

  it('takes a request that comes byte by byte', async () => {
    const frame = requestFrame(apiVersionsCodec as never, 0, 77, {});
    for (const byte of frame) client.socket.write(Buffer.from([byte]));
    expect((await client.receiveFrame()).readInt32BE(0)).toBe(77);
  });

  it('survives 2,000 frames of noise', async () => {
    const random = randomNumbers(42);
    for (let round = 0; round < 200; round++) {
      const noisy = await connect();
      for (let count = 0; count < 10; count++) {
        const frame = Buffer.from(
          Array.from({ length: 12 + Math.floor(random() * 60) }, () => Math.floor(random() * 256)),
        );
        frame.writeInt32BE(frame.length - 4, 0);
        // Mostly keys and versions that exist, so that bodies are read.
        frame.writeInt16BE(Math.floor(random() * 25), 4);
        frame.writeInt16BE(Math.floor(random() * 12), 6);
        frame.writeInt16BE(-1, 12 > frame.length - 2 ? frame.length - 2 : 12);
        noisy.socket.write(frame);
      }
      noisy.socket.end();
      await noisy.closed();
    }
    expect(log.filter(line => line.includes('internal error'))).toEqual([]);
    await expectServed();
  });
});

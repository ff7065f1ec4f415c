import { describe, expect, it } from 'vitest';
import type { Ground } from './ground.js';
import { Normaliser } from './normaliser.js';
import { batchOf } from './record-batches.js';

const ground: Ground = {
  name: 'a broker',
  host: '127.0.0.1',
  port: 9092,
  nodeId: 3,
  clusterId: 'cluster',
  nodeCount: 1,
  versions: new Map(),
};

const uuid = (digit: number): string => '8-4-4-4-12'.replace(/\d+/g, length => String(digit).repeat(Number(length)));

const answered = (records: Buffer | null) => ({ responses: [{ partitions: [{ records }] }] });

describe('Normaliser', () => {
  it("masks what is the ground's own, and only that", () => {
    const normaliser = new Normaliser(ground);
    const brokers = [
      { nodeId: 3, host: '127.0.0.1', port: 9092 },
      { nodeId: -1, host: '', port: -1 },
    ];
    expect(normaliser.normalise('Metadata', { brokers, clusterId: 'cluster', controllerId: 4 })).toEqual({
      brokers: [
        { nodeId: '<node>', host: '<host>', port: '<port>' },
        { nodeId: -1, host: '', port: -1 },
      ],
      clusterId: '<cluster id>',
      controllerId: 4,
    });
  });

  it('keeps the identity of ids: the same id has the same placeholder', () => {
    const normaliser = new Normaliser(ground);
    const [a, b] = [Buffer.alloc(16, 1).toString('base64url'), Buffer.alloc(16, 2).toString('base64url')];
    const topics = [a, b, a, 'AAAAAAAAAAAAAAAAAAAAAA'].map(topicId => ({ topicId }));
    expect(normaliser.normalise('Some', { topics })).toEqual({
      topics: [
        { topicId: '<topic id 1>' },
        { topicId: '<topic id 2>' },
        { topicId: '<topic id 1>' },
        { topicId: 'AAAAAAAAAAAAAAAAAAAAAA' },
      ],
    });
  });

  it('writes names as their aliases, in texts and in bytes', () => {
    const normaliser = new Normaliser(ground);
    normaliser.knownAs('diff-1-heroes', 'heroes');
    const response = { text: "Topic 'diff-1-heroes' exists.", bytes: Buffer.from('diff-1-heroes') };
    expect(normaliser.normalise('Some', response)).toEqual({ text: "Topic '<heroes>' exists.", bytes: '0x<heroes>' });
  });

  it('numbers member ids by the client id before them', () => {
    const normaliser = new Normaliser(ground);
    const ids = [`client-a-${uuid(1)}`, `client-b-${uuid(2)}`, `client-a-${uuid(3)}`, `client-a-${uuid(1)}`];
    expect(normaliser.normalise('Some', { ids })).toEqual({
      ids: ['client-a-<uuid 1>', 'client-b-<uuid 1>', 'client-a-<uuid 2>', 'client-a-<uuid 1>'],
    });
  });

  it('masks the time of now, not one that was chosen', () => {
    const normaliser = new Normaliser(ground);
    expect(
      normaliser.normalise('Some', { logAppendTimeMs: BigInt(Date.now()), timestamp: 1_700_000_000_000n }),
    ).toEqual({
      logAppendTimeMs: '<now>',
      timestamp: '1700000000000n',
    });
  });

  it('takes record batches apart, and says what is left of a cut one', () => {
    const normaliser = new Normaliser(ground);
    const batch = batchOf('a', 'b');
    const records = Buffer.concat([batch, batch.subarray(0, 30)]);
    const normalised = normaliser.normalise('Fetch', {
      responses: [{ topic: 't', partitions: [{ partitionIndex: 0, records }] }],
    });
    expect(normalised).toMatchObject({
      responses: [
        { partitions: [{ records: [{ isCrcValid: true, recordCount: 2, lastOffsetDelta: 1 }, '30 bytes more'] }] },
      ],
    });
  });

  it('tells null records from none', () => {
    const normaliser = new Normaliser(ground);
    expect(normaliser.normalise('Fetch', answered(null))).toEqual(answered(null));
    expect(normaliser.normalise('Fetch', answered(Buffer.alloc(0)))).toEqual({
      responses: [{ partitions: [{ records: [] }] }],
    });
  });
});

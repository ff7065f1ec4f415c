import { beforeEach, describe, expect, it } from 'vitest';
import { ErrorCode, errorName } from '../protocol/errors.js';
import { TransactionGround, type TestProducer } from './transaction.fixture.js';

const LAST_EPOCH = 32_766;

let ground: TransactionGround;
beforeEach(() => {
  ground = new TransactionGround();
});

const init = (expected?: { producerId: bigint; producerEpoch: number }, timeoutMs = 60_000) =>
  ground.transactions.initProducerId('tx', timeoutMs, expected);

/** Raises the producer's epoch to the last one by aborting nothing, as fast as that goes. */
function exhaust(producer: TestProducer): void {
  while (producer.identity.producerEpoch < LAST_EPOCH) producer.end(false);
}

describe('a transaction', () => {
  it('shows its records when it is committed, all partitions at once', () => {
    const producer = ground.producer();
    expect([producer.send('a', 0), producer.send('b', 1)]).toEqual([0, 0]);
    expect([ground.committed(0), ground.committed(1)]).toEqual([[], []]);
    expect(producer.end(true)).toBe(0);
    expect([ground.committed(0), ground.committed(1)]).toEqual([['a'], ['b']]);
  });

  it('leaves nothing when it is aborted, and the next one is not affected', () => {
    const producer = ground.producer();
    for (const [value, committed] of [
      ['A0', false],
      ['C1', true],
      ['A2', false],
      ['C3', true],
    ] as const) {
      producer.send(value);
      producer.end(committed);
    }
    expect(ground.committed()).toEqual(['C1', 'C3']);
    expect(ground.partition().log.endOffset).toBe(8);
  });

  it('holds back what others write behind it until it ends', () => {
    const [slow, quick] = [ground.producer('slow'), ground.producer('quick')];
    slow.send('s');
    quick.send('q');
    quick.end(true);
    expect([ground.partition().log.lastStableOffset, ground.committed()]).toEqual([0, []]);
    slow.end(false);
    expect([ground.partition().log.lastStableOffset, ground.committed()]).toEqual([4, ['q']]);
  });

  it('survives that its topic is deleted', () => {
    const producer = ground.producer();
    producer.send('a');
    const topic = ground.cluster.topic('heroes');
    if (topic) ground.cluster.deleteTopic(topic);
    expect(producer.end(true)).toBe(0);
  });
});

describe('a transaction timeout', () => {
  it('aborts the transaction when its time is over, and fences its producer', () => {
    const producer = ground.producer('tx', 5_000);
    producer.send('late');
    ground.clock.advance(4_999);
    expect(ground.transactions.get('tx')?.state).toBe('Ongoing');
    ground.clock.advance(1);
    expect(ground.transactions.get('tx')?.state).toBe('CompleteAbort');
    expect(ground.partition().log.lastStableOffset).toBe(2);
    const { identity } = producer;
    expect(errorName(ground.transactions.end(identity, true, false).errorCode)).toBe('PRODUCER_FENCED');
    expect(errorName(producer.end(true))).toBe('INVALID_TXN_STATE');
    expect(errorName(producer.send('later'))).toBe('INVALID_PRODUCER_EPOCH');
    expect(ground.committed()).toEqual([]);
  });

  it('is survived by a producer of the new protocol that aborts: it gets the raised epoch and goes on (KIP-890)', () => {
    const producer = ground.producer('tx', 5_000);
    producer.send('late');
    ground.clock.advance(5_000);
    expect([producer.end(false), producer.send('anew'), producer.end(true)]).toEqual([0, 0, 0]);
    expect(ground.committed()).toEqual(['anew']);
  });

  it('counts from the first partition of each transaction', () => {
    const producer = ground.producer('tx', 5_000);
    ground.clock.advance(10_000);
    producer.send('a');
    ground.clock.advance(4_000);
    producer.send('b');
    producer.end(true);
    ground.clock.advance(4_000);
    producer.send('c');
    ground.clock.advance(4_000);
    expect(producer.end(true)).toBe(0);
    expect(ground.committed()).toEqual(['a', 'b', 'c']);
  });

  it('leaves no timer when the transaction has ended or the coordinator is closed', () => {
    /** Looks for transactional ids that have expired. */
    const CLEANUP = 1;
    const producer = ground.producer();
    producer.send('a');
    expect(ground.clock.pendingTimers).toBe(CLEANUP + 1);
    producer.end(true);
    expect(ground.clock.pendingTimers).toBe(CLEANUP);
    producer.send('b');
    ground.transactions.close();
    expect(ground.clock.pendingTimers).toBe(0);
  });

  it('is forgotten with its transactional id, when that has not been used for seven days', () => {
    const producer = ground.producer();
    producer.send('a');
    producer.end(true);
    const day = 86_400_000;
    ground.clock.advance(7 * day - 1);
    expect([...ground.transactions.all()]).toHaveLength(1);
    ground.clock.advance(day / 24);
    expect([...ground.transactions.all()]).toHaveLength(0);
    expect(ground.clock.pendingTimers).toBe(0);
  });
});

describe('a second producer of the same transactional id', () => {
  it('has to ask again while a transaction is open, which is aborted; the first producer is fenced for good', () => {
    const zombie = ground.producer();
    zombie.send('zombie');
    expect(errorName(init().errorCode)).toBe('CONCURRENT_TRANSACTIONS');
    expect(init()).toMatchObject({ errorCode: 0, producerId: zombie.identity.producerId, producerEpoch: 2 });
    expect(errorName(zombie.send('more'))).toBe('INVALID_PRODUCER_EPOCH');
    expect(errorName(zombie.end(true))).toBe('PRODUCER_FENCED');
    expect(ground.committed()).toEqual([]);
  });
});

describe('a producer that says who it was (KIP-360)', () => {
  it('may be anyone where the transactional id is new', () => {
    expect(init({ producerId: 0n, producerEpoch: 0 })).toMatchObject({ errorCode: 0, producerEpoch: 0 });
    expect(ground.transactions.get('tx')?.producerId).toBe(0n);
  });

  it('gets the same answer if it asks twice', () => {
    const { producerId } = ground.producer().identity;
    const request = { producerId, producerEpoch: 0 };
    expect(init(request)).toMatchObject({ errorCode: 0, producerEpoch: 1 });
    expect(init(request)).toMatchObject({ errorCode: 0, producerEpoch: 1 });
  });

  it('is fenced if another one came after it', () => {
    const { producerId } = ground.producer().identity;
    ground.producer();
    expect(errorName(init({ producerId, producerEpoch: 0 }).errorCode)).toBe('PRODUCER_FENCED');
    expect(errorName(init({ producerId: 99n, producerEpoch: 1 }).errorCode)).toBe('PRODUCER_FENCED');
  });
});

describe('epochs that are used up', () => {
  it('bring a new producer id with the end of the transaction, which may be asked for twice', () => {
    const producer = ground.producer();
    exhaust(producer);
    producer.send('last');
    const before = producer.identity;
    expect(producer.end(true)).toBe(0);
    expect(producer.identity).toMatchObject({ producerId: before.producerId + 1n, producerEpoch: 0 });
    const again = ground.transactions.end(before, true, true);
    expect(again).toMatchObject({ errorCode: 0, producerId: before.producerId + 1n, producerEpoch: 0 });
    expect(errorName(ground.transactions.end(before, false, true).errorCode)).toBe('INVALID_TXN_STATE');
    expect([producer.send('first'), producer.end(true)]).toEqual([0, 0]);
    expect(ground.committed()).toEqual(['last', 'first']);
  });

  it('bring a new producer id with InitProducerId, also after the last one was fenced', () => {
    const producer = ground.producer();
    exhaust(producer);
    const { producerId } = producer.identity;
    expect(init({ producerId, producerEpoch: LAST_EPOCH })).toMatchObject({
      errorCode: 0,
      producerId: producerId + 1n,
      producerEpoch: 0,
    });
    // It did not get the answer, and asks again.
    expect(init({ producerId, producerEpoch: LAST_EPOCH })).toMatchObject({
      errorCode: 0,
      producerId: producerId + 1n,
      producerEpoch: 0,
    });
    const second = ground.producer();
    exhaust(second);
    second.send('zombie');
    const third = ground.producer();
    expect(third.identity).toMatchObject({ producerId: producerId + 2n, producerEpoch: 0 });
    expect(ground.committed()).toEqual([]);
  });
});

describe('the older protocol', () => {
  it('keeps the epoch, and lets the same end be asked for twice', () => {
    const { identity } = ground.producer();
    expect(ground.transactions.addPartitions(identity, [['heroes', 0]])).toBe(0);
    const end = (committed: boolean) => ground.transactions.end(identity, committed, false).errorCode;
    expect([end(true), end(true), errorName(end(false))]).toEqual([0, 0, 'INVALID_TXN_STATE']);
    expect(ground.transactions.get('tx')).toMatchObject({ state: 'CompleteCommit', producerEpoch: 0 });
  });
});

describe('transactional ids beyond what is kept', () => {
  it('push out those that are idle, and are refused if none is', () => {
    for (let id = 0; id < 10_000; id++) {
      const { identity } = ground.producer(`tx-${id}`);
      if (id > 0) ground.transactions.addPartitions(identity, [['heroes', 0]]);
    }
    expect(ground.producer('one more').identity.producerEpoch).toBe(0);
    expect(ground.transactions.get('tx-0')).toBeUndefined();
    ground.transactions.addPartitions(ground.producer('one more').identity, [['heroes', 0]]);
    expect(errorName(init().errorCode)).toBe(errorName(ErrorCode.POLICY_VIOLATION));
  });
});

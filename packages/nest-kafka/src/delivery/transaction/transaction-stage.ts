import { InvalidOptionsError } from '../../errors/invalid-options.error.js';
import type { ClaimingConsumer } from '../../driver/partition-claim.js';
import type { EachMessagePayload } from '../../driver/kafka-types.js';
import type { DeliveryRuntime, DeliveryStage, Listener } from '../delivery-runtime.js';
import { KafkaTransactionContext } from './kafka-transaction-context.js';
import { PartitionTransactions } from './partition-transactions.js';
import { TransactionOutbox } from './transaction-outbox.js';
import { TransactionalProducers } from './transactional-producers.js';

/** Does something within a transaction that commits the offsets of the records too. */
export type InTransaction = (
  payloads: readonly EachMessagePayload[],
  work: (outbox: TransactionOutbox) => Promise<void>,
) => Promise<void>;

const transactions = new WeakMap<Listener, InTransaction>();

/** How a listener with transactions does things; the batch stage asks. */
export function inTransactionOf(listener: Listener): InTransaction | undefined {
  return transactions.get(listener);
}

/**
 * `transaction`: what a handler emits through its context and the offset of its message are committed together. Stands behind
 * retry, so that a failed attempt is aborted before it is judged; a dead letter and the offset of its message are a transaction
 * of their own. With `batch` the batch stage opens one for all messages.
 */
export const transactionStage: DeliveryStage = (listener, runtime) => {
  const { transaction, batch } = listener.policy;
  if (transaction === undefined) {
    return undefined;
  }
  const { idPrefix = runtime.groupId, timeout } = transaction;
  const producers = new TransactionalProducers(
    idPrefix,
    transactionalId =>
      runtime.client().producer({
        ...runtime.options.producer,
        idempotent: true,
        transactionalId,
        transactionTimeout: timeout,
      }),
    runtime.logger,
  );
  const partitions = new PartitionTransactions({
    producers,
    timeout,
    logger: runtime.logger,
    consumer: () => runtime.consumer() as ClaimingConsumer,
  });
  runtime.lifecycle.onStart(() => start(listener, runtime, producers));
  runtime.lifecycle.onStop(() => producers.close());
  const inTransaction: InTransaction = (payloads, work) =>
    partitions.run(payloads, async open => {
      const outbox = new TransactionOutbox(open, runtime.serialize, runtime.options.send);
      try {
        await work(outbox);
        await outbox.settle();
      } catch (error) {
        await outbox.abandon();
        throw error;
      }
    });
  transactions.set(listener, inTransaction);
  listener.outlet = {
    send: (payload, record) =>
      partitions.run([payload], async open => {
        await open.send(record);
      }),
  };
  if (batch !== undefined) {
    return undefined;
  }
  return runtime.observer.observe(listener.pattern, (payload, attempt) =>
    inTransaction([payload], async outbox => {
      const { topic, partition, heartbeat } = payload;
      const message = runtime.parse(payload);
      const context = new KafkaTransactionContext(
        [message, partition, topic, runtime.consumer(), heartbeat, runtime.producer()],
        attempt,
        outbox,
      );
      await runtime.handle(await runtime.read(context), context);
    }),
  );
};

function start({ pattern }: Listener, runtime: DeliveryRuntime, producers: TransactionalProducers): void {
  if ((runtime.options.consumer as { readUncommitted?: boolean } | undefined)?.readUncommitted === true) {
    throw new InvalidOptionsError('@Delivery()', [
      `${pattern}: "transaction" cannot hold with "consumer.readUncommitted": messages of aborted transactions would be handled, ` +
        'and what came of them committed; leave the option out',
    ]);
  }
  const consumer = runtime.consumer();
  consumer.on(consumer.events.GROUP_JOIN, ({ payload: { memberAssignment } }) =>
    producers.keep(
      Object.fromEntries(
        Object.entries(memberAssignment ?? {}).filter(([topic]) => runtime.patternOf(topic) === pattern),
      ),
    ),
  );
}

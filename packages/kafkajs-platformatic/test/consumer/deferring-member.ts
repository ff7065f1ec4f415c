import { Kafka, logLevel } from 'kafkajs-platformatic';

/**
 * A process of its own, to be killed: handles a topic of which every message is done at once but those whose value is
 * `waits`, and tells its parent which it was given.
 */
const [brokers = '', topic = '', groupId = '', sessionTimeout = ''] = process.argv.slice(2);
const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
const consumer = kafka.consumer({ groupId, sessionTimeout: Number(sessionTimeout), heartbeatInterval: 200 });
await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await consumer.run({
  autoCommitInterval: 50,
  eachMessage: async payload => {
    const isWaiting = String(payload.message.value) === 'waits';
    payload.defer(isWaiting ? new Promise<void>(() => {}) : Promise.resolve());
    process.send?.(payload.message.offset);
  },
});

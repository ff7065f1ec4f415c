import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testKafka } from 'embedded-kafka/node-test';
import { Kafka } from 'kafkajs-platformatic';

const { brokers, testTopic, testGroup, untilConsumed } = testKafka();

test('an order is paid', async () => {
  const [topic, groupId] = [testTopic('orders'), testGroup('billing')];
  const kafka = new Kafka({ brokers });
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic, messages: [{ key: '42', value: 'paid' }] });

  const paid = [];
  const consumer = kafka.consumer({ groupId });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({ eachMessage: async ({ message }) => void paid.push(String(message.value)) });
  await untilConsumed(groupId, { topics: [topic] });

  assert.deepEqual(paid, ['paid']);
  await consumer.disconnect();
  await producer.disconnect();
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testKafka } from 'embedded-kafka/node-test';

const { prefix, createTestTopic } = testKafka();

const ask = async path => (await fetch(`${process.env.EMBEDDED_KAFKA_CONTROL}${path}`)).json();

test('nothing of the file before is left', async () => {
  const own = await createTestTopic('orders');
  assert.ok(prefix.startsWith('clean-'));
  assert.deepEqual((await ask('/topics')).topics, [{ name: own, partitions: 3, configs: {} }]);
  assert.deepEqual((await ask('/groups')).groups, []);
});

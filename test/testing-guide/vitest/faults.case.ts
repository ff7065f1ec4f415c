import { EmbeddedKafka } from 'embedded-kafka';
import { ClientKafka } from 'nest-kafka';
import { lastValueFrom } from 'rxjs';
import { expect, it } from 'vitest';

it('stores an event once, though the answer to its first produce was lost', async () => {
  await using kafka = await EmbeddedKafka.start({ topics: ['order.paid'] });
  const client = new ClientKafka({ client: { brokers: kafka.brokers } });
  const fault = kafka.faults.inject({ api: 'Produce', topic: 'order.paid', dropAnswer: true, count: 1 });

  await lastValueFrom(client.emit('order.paid', { key: '42', value: { id: 42 } }));

  expect(fault.hits).toBe(1);
  const records = await kafka.records('order.paid');
  expect(records.map(({ key, value }) => [String(key), String(value)])).toEqual([['42', '{"id":42}']]);
  await client.close();
});

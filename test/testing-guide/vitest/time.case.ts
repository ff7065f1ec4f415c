import { EmbeddedKafka, ManualClock } from 'embedded-kafka';
import { expect, it } from 'vitest';

it('forgets what was paid a week ago', async () => {
  const clock = new ManualClock();
  const topic = { name: 'order.paid', configs: { 'retention.ms': 7 * 24 * 3_600_000 } };
  await using kafka = await EmbeddedKafka.start({ clock, topics: [topic] });
  await kafka.produce('order.paid', [{ value: 'old' }]);

  await clock.advance(8 * 24 * 3_600_000);
  await kafka.produce('order.paid', [{ value: 'new' }]);

  const values = (await kafka.records('order.paid')).map(({ value }) => String(value));
  expect(values).toEqual(['new']);
});

import { EmbeddedKafka } from 'embedded-kafka';

/** The embedded broker in a process of its own, as Apache Kafka is in one, until its parent ends or lets go of it. */
const startedAt = performance.now();
const kafka = await EmbeddedKafka.start();
const startMilliseconds = performance.now() - startedAt;

process.send!({ brokers: kafka.brokers, startMilliseconds });
process.once('disconnect', () => {
  void kafka.stop();
});

import { EmbeddedKafka, type EmbeddedKafkaOptions } from 'embedded-kafka';

/** The embedded broker with the options of `BROKER_OPTIONS`; tells on request what it has used, until its parent lets go. */
const startedAt = performance.now();
const options = JSON.parse(process.env['BROKER_OPTIONS'] ?? '{}') as EmbeddedKafkaOptions;
const kafka = await EmbeddedKafka.start(options);
const startMilliseconds = performance.now() - startedAt;

export interface BrokerUsage {
  readonly cpuMicroseconds: number;
  readonly rssMegabytes: number;
  readonly peakRssMegabytes: number;
}

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  const usage: BrokerUsage = {
    cpuMicroseconds: user + system,
    rssMegabytes: process.memoryUsage.rss() / 1e6,
    peakRssMegabytes: (process.resourceUsage().maxRSS * 1024) / 1e6,
  };
  process.send!(usage);
});
process.once('disconnect', () => void kafka.stop());
process.send!({ brokers: kafka.brokers, startMilliseconds });

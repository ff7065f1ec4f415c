import { EmbeddedKafka } from 'embedded-kafka';

/** Where the clients are tried: the same expectations hold on each. */
export interface Ground {
  readonly name: string;
  start(): Promise<StartedGround>;
}

export interface StartedGround extends AsyncDisposable {
  readonly bootstrap: string;
}

export const grounds: readonly Ground[] = [
  {
    name: 'the embedded broker',
    start: async () => {
      const kafka = await EmbeddedKafka.start();
      return { bootstrap: kafka.brokers.join(','), [Symbol.asyncDispose]: () => kafka.stop() };
    },
  },
  {
    name: 'Apache Kafka',
    start: async () => {
      const bootstrap = process.env['KAFKA_BROKERS'];
      if (!bootstrap)
        throw new Error('KAFKA_BROKERS is not set: `npm run test:interop` starts Apache Kafka and sets it');
      return { bootstrap, [Symbol.asyncDispose]: () => Promise.resolve() };
    },
  },
];

/** Runs share brokers that KAFKA_BROKERS names, so each has topics and groups of its own. */
export const newPrefix = (client: string): string => `interop.${process.pid}.${Date.now().toString(36)}.${client}`;

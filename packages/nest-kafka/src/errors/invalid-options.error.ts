import { NestKafkaError } from './nest-kafka-error.js';

/** The options of a server or client cannot be meant as they are. All faults are listed at once. */
export class InvalidOptionsError extends NestKafkaError {
  readonly code = 'NEST_KAFKA_OPTIONS_INVALID';
  readonly retriable = false;

  constructor(
    /** Which object refused them, e.g. `ServerKafka`. */
    readonly owner: string,
    /** One sentence per fault. */
    readonly faults: readonly string[],
  ) {
    super(
      `${owner} cannot start with these options. Correct ${faults.length === 1 ? 'this' : `these ${faults.length}`}:\n` +
        faults.map(fault => `  - ${fault}`).join('\n'),
    );
  }
}

import { KafkaContext as NestKafkaContext } from '@nestjs/microservices';

/** The six things that Nest's `KafkaContext` carries, in its order. */
export type KafkaContextArgs = ConstructorParameters<typeof NestKafkaContext>[0];

/** Nest's `KafkaContext`, which also knows how often its message has been delivered. */
export class KafkaContext extends NestKafkaContext {
  constructor(
    args: KafkaContextArgs,
    private readonly attempt = 1,
  ) {
    super(args);
  }

  /**
   * Which delivery of this message to this process this is: 1 for the first. It starts at 1 again when the partition
   * moves to another process, or this one restarts.
   */
  getAttempt(): number {
    return this.attempt;
  }
}

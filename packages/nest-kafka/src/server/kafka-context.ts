import { KafkaContext as NestKafkaContext } from '@nestjs/microservices';
import type { PartitionProgress } from './partition-progress.js';

/** The six things that Nest's `KafkaContext` carries, in its order. */
export type KafkaContextArgs = ConstructorParameters<typeof NestKafkaContext>[0];

/** Nest's `KafkaContext`, which also knows how its message is delivered. */
export class KafkaContext extends NestKafkaContext {
  private replyExpected = false;

  constructor(
    args: KafkaContextArgs,
    private readonly attempt = 1,
    /** @internal */
    readonly progress?: PartitionProgress,
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

  /** Whether a caller waits for what the handler returns; `false` for events. */
  isReplyExpected(): boolean {
    return this.replyExpected;
  }

  /** @internal */
  expectReply(): void {
    this.replyExpected = true;
  }
}

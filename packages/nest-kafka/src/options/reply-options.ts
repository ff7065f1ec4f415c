/** How a client receives the replies to its requests. */
export interface ReplyOptions {
  /**
   * `direct`: this client tails one partition of each reply topic without a consumer group, from its end. Replicas may
   * share a partition, and nothing is rebalanced when they come and go. Needs a driver with a group-less reader.
   *
   * `group`: this client joins a consumer group on the reply topics, as the NestJS documentation describes it. Every
   * replica needs a partition of its own, and `subscribeToResponseOf()` must be called before `connect()`.
   *
   * @default 'direct'
   */
  routing?: 'direct' | 'group';
}

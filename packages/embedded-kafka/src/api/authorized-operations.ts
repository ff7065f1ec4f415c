/** What anyone may do where there is no authorizer, as the bits of Kafka's AclOperation codes (KIP-430). */
const bits = (...operations: number[]): number => operations.reduce((field, operation) => field | (1 << operation), 0);

const [READ, WRITE, CREATE, DELETE, ALTER, DESCRIBE, CLUSTER_ACTION] = [3, 4, 5, 6, 7, 8, 9];
const [DESCRIBE_CONFIGS, ALTER_CONFIGS, IDEMPOTENT_WRITE] = [10, 11, 12];

export const TOPIC_OPERATIONS = bits(READ, WRITE, CREATE, DELETE, ALTER, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS);
export const GROUP_OPERATIONS = bits(READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS);
export const CLUSTER_OPERATIONS = bits(
  CREATE,
  ALTER,
  DESCRIBE,
  CLUSTER_ACTION,
  DESCRIBE_CONFIGS,
  ALTER_CONFIGS,
  IDEMPOTENT_WRITE,
);
/** The client did not ask. */
export const OPERATIONS_NOT_REQUESTED = -2147483648;

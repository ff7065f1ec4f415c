/** SCRAM's variants (RFC 5802, RFC 7677), with Kafka's codes and limits (KIP-554). */
export interface ScramMechanism {
  readonly name: 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
  /** In DescribeUserScramCredentials and AlterUserScramCredentials. */
  readonly code: number;
  readonly digest: 'sha256' | 'sha512';
  readonly keyBytes: number;
}

export const MIN_ITERATIONS = 4_096;
export const MAX_ITERATIONS = 16_384;

export const scramMechanisms: readonly ScramMechanism[] = [
  { name: 'SCRAM-SHA-256', code: 1, digest: 'sha256', keyBytes: 32 },
  { name: 'SCRAM-SHA-512', code: 2, digest: 'sha512', keyBytes: 64 },
];

export const scramMechanismOf = (code: number): ScramMechanism | undefined =>
  scramMechanisms.find(mechanism => mechanism.code === code);

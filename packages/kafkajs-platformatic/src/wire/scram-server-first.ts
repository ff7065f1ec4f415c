/**
 * More than any broker asks for (Kafka's own limit is 16,384), and what the key derivation of an attempt may take of the
 * processor: less than a second.
 */
const MOST_ITERATIONS = 1_000_000;
/** RFC 5802 and RFC 7677; the library asks for it, too. */
const FEWEST_ITERATIONS = 4096;

/** RFC 5802, `server-first-message`: nonce, salt, iterations, and extensions that may be left alone. */
const SERVER_FIRST = /^r=([\x21-\x2b\x2d-\x7e]+),s=([A-Za-z0-9+/]+={0,2}),i=([1-9]\d{0,9})(?:,[a-ln-zA-Z]=[^,]*)*$/;

/**
 * A server's challenge, before the library computes with it: it would take any number of iterations for granted, and
 * fields by any name.
 *
 * @throws Error that says what is wrong with it
 */
export function checkServerFirst(bytes: Buffer): void {
  const match = SERVER_FIRST.exec(bytes.toString('utf8'));
  if (match === null) {
    throw new Error(`the broker's SCRAM challenge is malformed (${bytes.length} bytes)`);
  }
  const iterations = Number(match[3]);
  if (iterations < FEWEST_ITERATIONS || iterations > MOST_ITERATIONS) {
    throw new Error(
      `the broker's SCRAM challenge asks for ${iterations} iterations; ${FEWEST_ITERATIONS} to ${MOST_ITERATIONS} are safe`,
    );
  }
}

import { readFileSync } from 'node:fs';

const read = (name: string): string => readFileSync(new URL(`certificates/${name}`, import.meta.url), 'utf8');

/** Good for tests and for nothing else: the keys are public. Made by openssl, valid for a hundred years. */
export const certificates = {
  ca: read('ca.crt'),
  /** CN=server, for localhost and 127.0.0.1. */
  server: { key: read('server.key'), cert: read('server.crt') },
  /** CN=alice, O="Heroes, Inc.", C=DE, by the same authority. */
  alice: { key: read('alice.key'), cert: read('alice.crt') },
  /** Signed by itself. */
  stranger: { key: read('stranger.key'), cert: read('stranger.crt') },
};

import type { ServerKafka } from '../../src/index.js';

const silent = (): void => undefined;

/** Has a server listen that says nothing of the failures it is made to see. */
export async function listenQuietly(server: ServerKafka): Promise<void> {
  Object.assign(server, { logger: { log: silent, error: silent, warn: silent, debug: silent } });
  await new Promise<void>((resolve, reject) => {
    void server.listen(error => (error === undefined ? resolve() : reject(error as Error)));
  });
}

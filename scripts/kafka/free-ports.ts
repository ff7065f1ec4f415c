import { once } from 'node:events';
import { createServer } from 'node:net';

// Below the range from which Linux, macOS and Windows give out ports for outgoing connections: a node that is killed and
// started again must find its port still free, and no client's socket may sit on it meanwhile.
const LOWEST = 20_000;
const HIGHEST = 32_000;
const TRIES_PER_PORT = 200;

const isFree = async (port: number): Promise<boolean> => {
  const probe = createServer();
  probe.listen({ port, host: '127.0.0.1', exclusive: true });
  try {
    await once(probe, 'listening');
  } catch {
    return false;
  }
  probe.close();
  await once(probe, 'close');
  return true;
};

/** So many different TCP ports that nobody on this machine listens on right now. */
export async function findFreePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  for (let tries = 0; found.size < count; tries += 1) {
    if (tries === count * TRIES_PER_PORT) {
      throw new Error(`found no ${count} free ports between ${LOWEST} and ${HIGHEST} on 127.0.0.1`);
    }
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (!found.has(port) && (await isFree(port))) found.add(port);
  }
  return [...found];
}

import type { BrokerAddress } from '../wire/broker-connection.js';

const DEFAULT_PORT = 9092;

/**
 * Parses "host:port", "[ipv6]:port", or a host alone (port 9092).
 * @throws RangeError naming the address.
 */
export function parseBrokerAddress(address: string): BrokerAddress {
  const match = /^(?:\[([^\]]+)\]|([^:\s]+))(?::(\d+))?$/.exec(address.trim());
  const host = match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? DEFAULT_PORT : Number(match[3]);
  if (host === undefined || port < 1 || port > 65_535) {
    throw new RangeError(`"${address}" is not a broker address: write "host:port", for example "127.0.0.1:9092"`);
  }
  return { host, port };
}

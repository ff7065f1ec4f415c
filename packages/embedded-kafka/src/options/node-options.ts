import { MAX_NODES } from '../cluster/broker-node.js';
import { isIntegerWithin, MAX_PORT, show } from './option-values.js';

/** One node of the cluster. */
export interface NodeOptions {
  /** `node.id`. Default: its place among the brokers, from 1 on. */
  readonly id?: number | undefined;
  /** Port to listen on. Default 0, any free one; with the option `port`, the first broker has that and the others follow. */
  readonly port?: number | undefined;
  /** `broker.rack`. Default none. */
  readonly rack?: string | undefined;
}

export interface BrokerOptions {
  readonly id: number;
  readonly port: number;
  readonly rack: string | null;
}

/**
 * The nodes of a cluster, at least one; adds to `faults` what is wrong with them.
 * @param firstPort 0 for any free one; each further node takes the next one
 */
export function resolveBrokers(
  brokers: number | readonly NodeOptions[] | undefined,
  firstPort: number,
  faults: string[],
): BrokerOptions[] {
  if (brokers !== undefined && !Array.isArray(brokers) && !isIntegerWithin(brokers, 1, MAX_NODES)) {
    faults.push(
      `brokers must be a number from 1 to ${MAX_NODES}, or an array of { id?, port?, rack? }, got ${show(brokers)}`,
    );
    return [{ id: 1, port: firstPort, rack: null }];
  }
  const nodes: readonly NodeOptions[] = Array.isArray(brokers)
    ? brokers
    : Array.from({ length: Number(brokers ?? 1) }, () => ({}));
  if (nodes.length < 1 || nodes.length > MAX_NODES) {
    faults.push(`brokers must have 1 to ${MAX_NODES} entries, got ${nodes.length}`);
  }
  const ids = new Set<number>();
  return nodes.map((node, index) => {
    const { id = index + 1, port = firstPort === 0 ? 0 : firstPort + index, rack = null } = node;
    const place = `brokers[${index}]`;
    for (const name of Object.keys(node)) {
      if (name !== 'id' && name !== 'port' && name !== 'rack')
        faults.push(`${place}: ${name} is not an option (known: id, port, rack)`);
    }
    if (!isIntegerWithin(id, 0, 0x7fffffff)) faults.push(`${place}: id must be an integer from 0 on, got ${show(id)}`);
    if (ids.has(id)) faults.push(`${place}: id ${show(id)} is taken`);
    ids.add(id);
    if (!isIntegerWithin(port, 0, MAX_PORT))
      faults.push(`${place}: port must be an integer from 0 to ${MAX_PORT}, got ${show(port)}`);
    if (rack !== null && (typeof rack !== 'string' || rack === ''))
      faults.push(`${place}: rack must be a name, got ${show(rack)}`);
    return { id, port, rack };
  });
}

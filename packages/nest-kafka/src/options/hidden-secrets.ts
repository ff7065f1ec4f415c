import { inspect } from 'node:util';
import type { KafkaTransportOptions } from './transport-options.js';

const HIDDEN = '[hidden]';
/** All that `sasl` may have is secret, but for these. */
const OPEN_OF_SASL = new Set(['mechanism', 'username', 'authorizationIdentity']);
const SECRET_OF_SSL = new Set(['key', 'pfx', 'passphrase']);

/**
 * The same options; `sasl` and `ssl` are copies that `util.inspect()`, `console.log()` and `JSON.stringify()` show without
 * what is secret, wherever they are come upon: a logger that is handed a client shows all that the client has. Code that
 * reads or copies their fields finds them as they were.
 */
export function hideSecrets(options: KafkaTransportOptions): KafkaTransportOptions {
  const { client } = options;
  if (typeof client?.sasl !== 'object' && typeof client?.ssl !== 'object') {
    return options;
  }
  const { sasl, ssl } = client;
  return {
    ...options,
    client: {
      ...client,
      ...(isObject(sasl) && { sasl: guarded(sasl, name => !OPEN_OF_SASL.has(name)) }),
      ...(isObject(ssl) && { ssl: guarded(ssl, name => SECRET_OF_SSL.has(name)) }),
    },
  };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function guarded<Value extends object>(value: Value, isSecret: (name: string) => boolean): Value {
  const show = (): object =>
    Object.fromEntries(Object.entries(value).map(([name, field]) => [name, isSecret(name) ? HIDDEN : field]));
  // Not enumerable, so that a copy of the fields is just that.
  return Object.create(Object.getPrototypeOf(value) as object | null, {
    ...Object.getOwnPropertyDescriptors(value),
    toJSON: { value: show },
    [inspect.custom]: { value: show },
  }) as Value;
}

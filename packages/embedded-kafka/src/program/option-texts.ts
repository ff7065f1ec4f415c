import type { TopicOptions } from '../options/topic-options.js';
import type { AclOptions } from '../security/acl/acl-options.js';
import type { ListenerOptions } from '../security/listener-options.js';

/** A text that is not of the form that its option wants. */
export class OptionTextError extends Error {
  override readonly name = 'OptionTextError';
}

/** `orders`, `orders:3` or `orders:3:cleanup.policy=compact`: a colon cannot be part of a topic's name. */
export function parseTopic(text: string): TopicOptions {
  const [name = '', ...rest] = text.split(':');
  const partitions = rest[0]?.includes('=') === true ? undefined : rest.shift();
  const configs = rest.map(setting => parsePair(setting, 'name:partitions:config=value'));
  return {
    name,
    ...(partitions !== undefined && { partitions: parseNumber(partitions) }),
    ...(configs.length > 0 && { configs: Object.fromEntries(configs) }),
  };
}

/** `name=value`; the value may have more of them. */
export function parsePair(text: string, form: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new OptionTextError(`must be like ${form}, got ${JSON.stringify(text)}`);
  return [text.slice(0, at), text.slice(at + 1)];
}

export function parseNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new OptionTextError(`must have a number where ${JSON.stringify(text)} is`);
  return Number(text);
}

/** `alice:secret`; the password, which may have colons, is never told in an error. */
export function parseUser(text: string): readonly [string, string] {
  const at = text.indexOf(':');
  if (at < 1) throw new OptionTextError('must be like alice:secret');
  return [text.slice(0, at), text.slice(at + 1)];
}

const LISTENER = /^(?:([\w.-]+)=)?([A-Z_]+):\/\/(\[[^\]]*\]|[^:/?]*):(\d+)(?:\?(.*))?$/;

/** `SASL_SSL://localhost:9093`, with a name before (`OUTSIDE=…`) and `?advertised=host:port&mechanisms=PLAIN` after it. */
export function parseListener(text: string): ListenerOptions {
  const [, name, protocol, host = '', port = '', query = ''] = LISTENER.exec(text) ?? [];
  if (protocol === undefined) {
    throw new OptionTextError(`must be like [NAME=]SASL_SSL://localhost:9093, got ${JSON.stringify(text)}`);
  }
  const settings = new URLSearchParams(query);
  for (const key of settings.keys()) {
    if (key !== 'advertised' && key !== 'mechanisms') {
      throw new OptionTextError(`can have ?advertised=host:port and &mechanisms=PLAIN,…, got ${JSON.stringify(key)}`);
    }
  }
  const advertised = settings.get('advertised');
  const mechanisms = settings.get('mechanisms')?.split(',');
  const bare = host.replace(/^\[|\]$/g, '');
  return {
    protocol: protocol as ListenerOptions['protocol'],
    port: Number(port),
    ...(name !== undefined && { name }),
    ...(bare !== '' && { host: bare }),
    ...(advertised !== null && advertisedAddress(advertised)),
    ...(mechanisms && { mechanisms: mechanisms as NonNullable<ListenerOptions['mechanisms']> }),
  };
}

function advertisedAddress(text: string): Pick<ListenerOptions, 'advertisedHost' | 'advertisedPort'> {
  const [, host = '', port] = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(text) ?? [];
  if (host === '') throw new OptionTextError(`must advertise host:port, got ${JSON.stringify(text)}`);
  return {
    advertisedHost: host.replace(/^\[|\]$/g, ''),
    ...(port !== undefined && { advertisedPort: Number(port) }),
  };
}

const ACL = /^(?:(ALLOW|DENY)\s+)?(\S+:.*?)\s+(\S+)\s+([A-Z_]+):(\S+?)(\*)?(?:\s+FROM\s+(\S+))?$/;

/** `User:alice READ TOPIC:orders`, `DENY User:* WRITE TOPIC:audit.* FROM 10.0.0.7`; `prefix*` is a prefix, `*` alone is all. */
export function parseAcl(text: string): AclOptions {
  const [, permission, principal, operation, resourceType, name = '', star, host] = ACL.exec(text.trim()) ?? [];
  if (principal === undefined) {
    throw new OptionTextError(`must be like "User:alice READ TOPIC:orders", got ${JSON.stringify(text)}`);
  }
  return {
    principal,
    operation: operation as AclOptions['operation'],
    resourceType: resourceType as AclOptions['resourceType'],
    resourceName: name,
    ...(star !== undefined && { patternType: 'PREFIXED' }),
    ...(permission !== undefined && { permission: permission as NonNullable<AclOptions['permission']> }),
    ...(host !== undefined && { host }),
  };
}

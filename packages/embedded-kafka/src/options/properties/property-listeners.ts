import { readFileSync } from 'node:fs';
import {
  hasSasl,
  hasTls,
  securityProtocols,
  type ListenerOptions,
  type ListenerTlsOptions,
  type SecurityProtocol,
} from '../../security/listener-options.js';
import { saslMechanismNames, type SaslMechanismName } from '../../security/sasl/sasl-mechanisms.js';

/** Properties by name; what is said for one listener (`listener.name.<name>.`) wins over what is said for all (KIP-103). */
export type PropertyLookup = (name: string, listener?: string) => string | undefined;

/** `NAME://host:port`; the host may be empty or an IPv6 address in brackets. */
const ADDRESS = /^([A-Za-z0-9_.-]+):\/\/(\[[^\]]*\]|[^:]*):(\d+)$/;

interface ListenerAddress {
  readonly name: string;
  readonly host: string | undefined;
  readonly port: number;
}

/** `listeners` and all that goes with it; undefined if they are not said. Adds to `faults` what cannot be done. */
export function listenersOfProperties(property: PropertyLookup, faults: string[]): ListenerOptions[] | undefined {
  const listeners = property('listeners');
  if (listeners === undefined) {
    if (property('advertised.listeners') !== undefined) {
      faults.push('property advertised.listeners needs listeners: say where the broker listens');
    }
    return undefined;
  }
  const ofControllers = listOf(property('controller.listener.names'));
  const advertised = addressesOf('advertised.listeners', property('advertised.listeners'), faults);
  const protocols = protocolsOf(property('listener.security.protocol.map'), faults);
  const served = addressesOf('listeners', listeners, faults).filter(({ name }) => !ofControllers.includes(name));
  for (const { name } of advertised) {
    if (!served.some(listener => listener.name === name)) {
      faults.push(`property advertised.listeners names ${name}, which is none of listeners`);
    }
  }
  return served.flatMap(address => {
    const { name } = address;
    const protocol = protocols.get(name) ?? name;
    if (!isSecurityProtocol(protocol)) {
      faults.push(`property listener.security.protocol.map does not say the protocol of listener ${name}`);
      return [];
    }
    const clients = advertised.find(listener => listener.name === name);
    return listenerOf(address, protocol, clients, key => property(key, name), faults);
  });
}

function listenerOf(
  { name, host, port }: ListenerAddress,
  protocol: SecurityProtocol,
  advertised: ListenerAddress | undefined,
  property: PropertyLookup,
  faults: string[],
): ListenerOptions {
  const reauth = property('connections.max.reauth.ms');
  return {
    name,
    protocol,
    host,
    port,
    advertisedHost: advertised?.host,
    advertisedPort: advertised?.port,
    ...(hasTls(protocol) && { tls: tlsOf(name, property, faults) }),
    ...(hasSasl(protocol) && {
      mechanisms: mechanismsOf(property('sasl.enabled.mechanisms'), faults),
      maxReauthMs: reauth === undefined ? undefined : Number(reauth),
    }),
  };
}

function addressesOf(property: string, text: string | undefined, faults: string[]): ListenerAddress[] {
  return listOf(text).flatMap(item => {
    const [, name, host = '', port] = ADDRESS.exec(item) ?? [];
    if (name === undefined) {
      faults.push(`property ${property} must be like PLAINTEXT://localhost:9092, got ${JSON.stringify(item)}`);
      return [];
    }
    const bare = host.replace(/^\[|\]$/g, '');
    return { name, host: bare === '' ? undefined : bare, port: Number(port) };
  });
}

function protocolsOf(text: string | undefined, faults: string[]): ReadonlyMap<string, string> {
  return new Map(
    listOf(text).flatMap(item => {
      const [name = '', protocol = ''] = item.split(':');
      if (isSecurityProtocol(protocol)) return [[name, protocol] as const];
      faults.push(
        `property listener.security.protocol.map must be like INTERNAL:SSL, with one of ${securityProtocols.join(', ')}; got ${JSON.stringify(item)}`,
      );
      return [];
    }),
  );
}

/** Certificates are PEM texts or files, or a PKCS #12 file; a Java keystore cannot be read. */
function tlsOf(listener: string, property: PropertyLookup, faults: string[]): ListenerTlsOptions {
  const clientAuth = property('ssl.client.auth');
  return {
    ...keyStoreOf(listener, property, faults),
    ca: property('ssl.truststore.certificates') ?? trustStoreOf(listener, property, faults),
    ...(clientAuth !== undefined && { clientAuth: clientAuth as ListenerTlsOptions['clientAuth'] }),
  };
}

function keyStoreOf(listener: string, property: PropertyLookup, faults: string[]): ListenerTlsOptions {
  const password = property('ssl.key.password') ?? property('ssl.keystore.password');
  const passphrase = password === undefined ? {} : { passphrase: password };
  const [key, cert] = [property('ssl.keystore.key'), property('ssl.keystore.certificate.chain')];
  if (key !== undefined && cert !== undefined) return { key, cert, ...passphrase };
  const location = property('ssl.keystore.location');
  const type = property('ssl.keystore.type') ?? 'JKS';
  if (location === undefined) return {};
  if (type === 'PKCS12') {
    const pfx = fileOf('ssl.keystore.location', location, faults);
    return pfx === undefined ? {} : { pfx, ...passphrase };
  }
  if (type === 'PEM') {
    const pem = fileOf('ssl.keystore.location', location, faults);
    return pem === undefined ? {} : { key: pem, cert: pem, ...passphrase };
  }
  faults.push(`property ssl.keystore.type of listener ${listener} must be PEM or PKCS12, ${type} cannot be read`);
  return {};
}

function trustStoreOf(listener: string, property: PropertyLookup, faults: string[]): Buffer | undefined {
  const location = property('ssl.truststore.location');
  if (location === undefined) return undefined;
  const type = property('ssl.truststore.type') ?? 'JKS';
  if (type === 'PEM') return fileOf('ssl.truststore.location', location, faults);
  faults.push(`property ssl.truststore.type of listener ${listener} must be PEM, ${type} cannot be read`);
  return undefined;
}

function fileOf(property: string, path: string, faults: string[]): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    faults.push(`property ${property}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

function mechanismsOf(text: string | undefined, faults: string[]): SaslMechanismName[] | undefined {
  if (text === undefined) return undefined;
  return listOf(text).flatMap(name => {
    if (isMechanism(name)) return name;
    faults.push(
      `property sasl.enabled.mechanisms: ${name} is not served (those that are: ${saslMechanismNames.join(', ')})`,
    );
    return [];
  });
}

export function listOf(text = ''): string[] {
  return text
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '');
}

function isSecurityProtocol(text: string): text is SecurityProtocol {
  return (securityProtocols as readonly string[]).includes(text);
}

function isMechanism(text: string): text is SaslMechanismName {
  return (saslMechanismNames as readonly string[]).includes(text);
}

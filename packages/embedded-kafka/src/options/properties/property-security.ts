import type { AuthorizerOptions } from '../../security/acl/acl-options.js';
import type { PropertyLookup } from './property-listeners.js';

/** `user_alice="secret"` in the options of a login module. */
const JAAS_USER = /\buser_([^=\s]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s;]+))/g;

/** Passwords by user, from what `*.sasl.jaas.config` says of PlainLoginModule. */
export function usersOfProperties(properties: ReadonlyMap<string, string>): Record<string, string> | undefined {
  const users: Record<string, string> = {};
  for (const [name, value] of properties) {
    if (!name.endsWith('sasl.jaas.config')) continue;
    for (const [, user = '', double, single, bare = ''] of value.matchAll(JAAS_USER)) {
      users[user] = double?.replace(/\\(.)/g, '$1') ?? single ?? bare;
    }
  }
  return Object.keys(users).length === 0 ? undefined : users;
}

/** Undefined without `authorizer.class.name`: everybody may do everything. */
export function authorizerOfProperties(property: PropertyLookup): AuthorizerOptions | undefined {
  if ((property('authorizer.class.name') ?? '') === '') return undefined;
  const superUsers = (property('super.users') ?? '').split(';').filter(user => user.trim() !== '');
  return {
    superUsers: superUsers.map(user => user.trim()),
    allowEveryoneIfNoAclFound: property('allow.everyone.if.no.acl.found')?.trim().toLowerCase() === 'true',
  };
}

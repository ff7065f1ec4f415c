import type { IncomingMessage } from 'node:http';
import { ControlError } from './control-error.js';

const loopback = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Keeps web pages out: a page that a browser shows can send requests to this machine, and by DNS rebinding even read what is
 * answered. So `Host` must be a name that is allowed, and an `Origin`, if there is one, the interface's own.
 */
export class RequestGuard {
  private readonly allowed: ReadonlySet<string>;

  constructor(host: string, allowedHosts: readonly string[]) {
    this.allowed = new Set([...loopback, bracketed(host), ...allowedHosts].map(name => name.toLowerCase()));
  }

  /** @throws ControlError */
  check({ headers }: IncomingMessage): void {
    const { host = '', origin } = headers;
    if (!this.allowed.has(nameOf(host))) {
      throw new ControlError(
        403,
        'FORBIDDEN_HOST',
        `Host ${JSON.stringify(host)} is not allowed: ask for it by its address, or name it in the option control.allowedHosts.`,
      );
    }
    if (origin !== undefined && origin !== `http://${host}`) {
      const message = `Origin ${JSON.stringify(origin)} is not allowed: no web page but its own may use this interface.`;
      throw new ControlError(403, 'FORBIDDEN_ORIGIN', message);
    }
  }
}

/** Without the port. */
function nameOf(host: string): string {
  return host.replace(/:\d*$/, '').toLowerCase();
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

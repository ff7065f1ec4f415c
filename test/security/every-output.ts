import { inspect } from 'node:util';
import { vi } from 'vitest';

/** Everything that a run writes, logs, throws or shows: what is said to have no secrets in it is searched for them. */
export class EveryOutput {
  readonly #texts: string[] = [];
  readonly #restore: (() => void)[] = [];

  /** Listens to the console and to the process's own streams, which Nest's logger writes to. */
  listen(): void {
    const write = (chunk: unknown): boolean => {
      this.#texts.push(String(chunk));
      return true;
    };
    for (const stream of [process.stdout, process.stderr]) {
      const spy = vi.spyOn(stream, 'write').mockImplementation(write as typeof stream.write);
      this.#restore.push(() => spy.mockRestore());
    }
    for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
      const spy = vi.spyOn(console, method).mockImplementation((...args) => this.show(...args));
      this.#restore.push(() => spy.mockRestore());
    }
  }

  /** As a log would show values, and a debugger, and a logger that writes JSON. */
  show(...values: unknown[]): void {
    for (const value of values) {
      this.#texts.push(inspect(value), inspect(value, { depth: 12, maxArrayLength: null, maxStringLength: null }));
      this.#texts.push(asJson(value));
      if (value instanceof Error) {
        this.#texts.push(String(value), value.stack ?? '', asJson({ ...value }));
        this.show(value.cause);
      }
    }
  }

  stop(): void {
    for (const restore of this.#restore.splice(0)) {
      restore();
    }
  }

  get characters(): number {
    return this.#texts.reduce((sum, text) => sum + text.length, 0);
  }

  /** @returns where a secret is, in whatever form it may have come there */
  find(secrets: readonly string[]): string[] {
    const found: string[] = [];
    const all = this.#texts.join('\n');
    for (const secret of secrets) {
      const bytes = Buffer.from(secret);
      const forms = {
        text: secret,
        base64: bytes.toString('base64').replace(/=+$/, ''),
        base64url: bytes.toString('base64url'),
        hex: bytes.toString('hex'),
        'bytes of an inspected Buffer': bytes.toString('hex').replaceAll(/(..)(?=.)/g, '$1 '),
        'bytes of a Buffer in JSON': [...bytes].join(','),
        'reply to PLAIN': Buffer.from(`\0alice\0${secret}`).toString('base64').slice(0, 30),
      };
      for (const [name, form] of Object.entries(forms)) {
        const at = all.indexOf(form);
        if (at >= 0) {
          found.push(`${name}: ${all.slice(Math.max(0, at - 200), at + 60)}`);
        }
      }
    }
    return found;
  }
}

function asJson(value: unknown): string {
  const seen = new WeakSet<object>();
  const text = JSON.stringify(value, (_name, field: unknown) => {
    if (typeof field === 'bigint') {
      return String(field);
    }
    if (typeof field === 'object' && field !== null) {
      if (seen.has(field)) {
        return '[again]';
      }
      seen.add(field);
    }
    return field;
  }) as string | undefined;
  return text ?? '';
}

import type { AnyApi } from './api.js';

/** The APIs that are served, by key. */
export class ApiTable {
  private readonly byKey = new Map<number, AnyApi>();

  /** @throws RangeError if two have the same key */
  constructor(apis: readonly AnyApi[]) {
    for (const api of apis) {
      if (this.byKey.has(api.key)) throw new RangeError(`API key ${api.key} (${api.name}) is registered twice`);
      this.byKey.set(api.key, api);
    }
  }

  get(key: number): AnyApi | undefined {
    return this.byKey.get(key);
  }

  /** In the order of their keys. */
  all(): AnyApi[] {
    return [...this.byKey.values()].sort((a, b) => a.key - b.key);
  }
}

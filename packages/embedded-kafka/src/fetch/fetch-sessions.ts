import { FetchSessionCache } from './fetch-session-cache.js';

/** The fetch sessions of each node: a session is known to the node that granted it, and lost when that node goes down. */
export class FetchSessions {
  private readonly caches = new Map<number, FetchSessionCache>();

  of(nodeId: number): FetchSessionCache {
    const known = this.caches.get(nodeId);
    if (known) return known;
    const cache = new FetchSessionCache();
    this.caches.set(nodeId, cache);
    return cache;
  }

  forget(nodeId: number): void {
    this.caches.delete(nodeId);
  }
}

/** Which topics and partitions the application has paused. Kept over rebalances: a pause is about the topic, not the member. */
export class PausedPartitions {
  readonly #topics = new Map<string, { all: boolean; readonly paused: Set<number>; readonly resumed: Set<number> }>();

  pause(topic: string, partitions?: readonly number[]): void {
    const state = this.#state(topic);
    if (partitions === undefined) {
      state.all = true;
      state.paused.clear();
      state.resumed.clear();
      return;
    }
    for (const partition of partitions) {
      state.paused.add(partition);
      state.resumed.delete(partition);
    }
  }

  resume(topic: string, partitions?: readonly number[]): void {
    const state = this.#state(topic);
    if (partitions === undefined) {
      this.#topics.delete(topic);
      return;
    }
    for (const partition of partitions) {
      state.paused.delete(partition);
      if (state.all) {
        state.resumed.add(partition);
      }
    }
  }

  has(topic: string, partition: number): boolean {
    const state = this.#topics.get(topic);
    return state !== undefined && (state.paused.has(partition) || (state.all && !state.resumed.has(partition)));
  }

  #state(topic: string): { all: boolean; readonly paused: Set<number>; readonly resumed: Set<number> } {
    let state = this.#topics.get(topic);
    if (state === undefined) {
      this.#topics.set(topic, (state = { all: false, paused: new Set(), resumed: new Set() }));
    }
    return state;
  }
}

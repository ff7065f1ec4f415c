/** What happened to one event or request. */
interface Fate {
  readonly startedAt: number;
  acknowledged: boolean;
  handled: number;
  failed: unknown;
}

export interface Summary {
  /** Milliseconds that the run had taken when this was written. */
  duration: number;
  emitted: number;
  acknowledged: number;
  /** Acknowledged and never handled: what must not be. */
  lost: string[];
  /** Deliveries of events, and of those how many were not the first one of theirs. */
  handled: number;
  duplicates: number;
  failedEmits: number;
  requests: number;
  answered: number;
  failedRequests: string[];
  /** The longest time without any event handled, and without any request answered, milliseconds. */
  longestSilence: { events: number; requests: number };
}

/** Knows every event and every request of a run by its id, whatever became of it. */
export class Recorder {
  private readonly startedAt = Date.now();
  private readonly events = new Map<string, Fate>();
  private readonly requests = new Map<string, Fate>();
  private readonly silence = { events: new Silence(), requests: new Silence() };

  emitted(id: string): void {
    this.events.set(id, { startedAt: Date.now(), acknowledged: false, handled: 0, failed: undefined });
  }

  acknowledged(id: string): void {
    this.fateOf(this.events, id).acknowledged = true;
  }

  emitFailed(id: string, error: unknown): void {
    this.fateOf(this.events, id).failed = error;
  }

  handled(id: string): void {
    this.fateOf(this.events, id).handled++;
    this.silence.events.end();
  }

  requested(id: string): void {
    this.requests.set(id, { startedAt: Date.now(), acknowledged: false, handled: 0, failed: undefined });
  }

  answered(id: string): void {
    this.fateOf(this.requests, id).acknowledged = true;
    this.silence.requests.end();
  }

  requestFailed(id: string, error: unknown): void {
    this.fateOf(this.requests, id).failed = error;
  }

  /** True when nothing acknowledged is still to be handled. */
  get isQuiet(): boolean {
    return this.lost().length === 0;
  }

  summary(): Summary {
    const events = [...this.events.values()];
    const requests = [...this.requests.entries()];
    return {
      duration: Date.now() - this.startedAt,
      emitted: events.length,
      acknowledged: events.filter(({ acknowledged }) => acknowledged).length,
      lost: this.lost(),
      handled: events.reduce((sum, { handled }) => sum + handled, 0),
      duplicates: events.reduce((sum, { handled }) => sum + Math.max(0, handled - 1), 0),
      failedEmits: events.filter(({ failed }) => failed !== undefined).length,
      requests: requests.length,
      answered: requests.filter(([, { acknowledged }]) => acknowledged).length,
      failedRequests: requests.filter(([, { failed }]) => failed !== undefined).map(([id, fate]) => tell(id, fate)),
      longestSilence: { events: this.silence.events.longest, requests: this.silence.requests.longest },
    };
  }

  private lost(): string[] {
    return [...this.events]
      .filter(([, { acknowledged, handled }]) => acknowledged && handled === 0)
      .map(([id, fate]) => tell(id, fate));
  }

  private fateOf(fates: Map<string, Fate>, id: string): Fate {
    const fate = fates.get(id);
    if (fate === undefined) {
      throw new Error(`${id} is of another run, or was never sent`);
    }
    return fate;
  }
}

function tell(id: string, { startedAt, failed }: Fate): string {
  const when = new Date(startedAt).toISOString().slice(11, 23);
  return failed === undefined ? `${id} (sent ${when})` : `${id} (sent ${when}): ${String(failed)}`;
}

/** The longest time between two signs of life. */
class Silence {
  longest = 0;
  private last = Date.now();

  end(): void {
    const now = Date.now();
    this.longest = Math.max(this.longest, now - this.last);
    this.last = now;
  }
}

import { Injectable } from '@nestjs/common';

/** What the service has done, so that the story can be checked and not only told. */
@Injectable()
export class Chronicle {
  private readonly handled = new Map<string, number>();
  private readonly attempts = new Map<string, number>();
  private readonly waiting = new Map<string, () => void>();

  record(id: string): void {
    this.handled.set(id, this.timesHandled(id) + 1);
    this.waiting.get(id)?.();
  }

  attempt(id: string): number {
    const attempt = this.attemptsOf(id) + 1;
    this.attempts.set(id, attempt);
    return attempt;
  }

  attemptsOf(id: string): number {
    return this.attempts.get(id) ?? 0;
  }

  timesHandled(id: string): number {
    return this.handled.get(id) ?? 0;
  }

  /** Resolves once `record(id)` was called, before or after this call. */
  whenHandled(id: string): Promise<void> {
    if (this.handled.has(id)) {
      return Promise.resolve();
    }
    return new Promise(resolve => this.waiting.set(id, resolve));
  }
}

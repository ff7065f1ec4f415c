/** Milliseconds since `start()`, as a person reads them. */
export class Stopwatch {
  private constructor(private readonly startedAt: number) {}

  static start(): Stopwatch {
    return new Stopwatch(performance.now());
  }

  get milliseconds(): number {
    return performance.now() - this.startedAt;
  }

  toString(): string {
    const elapsed = this.milliseconds;
    return elapsed < 10 ? `${elapsed.toFixed(1)} ms` : `${Math.round(elapsed)} ms`;
  }
}

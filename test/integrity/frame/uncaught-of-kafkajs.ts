/**
 * Counts what KafkaJS throws where nobody can catch it, out of a socket's events: each would have ended an application.
 * The test runner keeps the process alive, so that the run goes on; vitest.config.ts says which errors are not its own.
 */
export class UncaughtOfKafkaJS {
  count = 0;

  constructor(private readonly onUncaught: (text: string) => void) {
    process.on('uncaughtExceptionMonitor', this.note);
  }

  stop(): void {
    process.off('uncaughtExceptionMonitor', this.note);
  }

  private readonly note = (error: unknown): void => {
    if (error instanceof Error && error.stack?.includes('/node_modules/kafkajs/') === true) {
      this.count++;
      this.onUncaught(String(error));
    }
  };
}

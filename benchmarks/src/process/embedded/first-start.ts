/** A process that starts a broker, as a test file does: what the import and the start take there. */
const importedAt = performance.now();
const { EmbeddedKafka } = await import('embedded-kafka');
const startedAt = performance.now();
const kafka = await EmbeddedKafka.start({ topics: ['orders'] });
const readyAt = performance.now();
const rssMegabytes = process.memoryUsage.rss() / 1e6;
await kafka.stop();

export interface FirstStart {
  readonly importMilliseconds: number;
  readonly startMilliseconds: number;
  readonly rssMegabytes: number;
}

const report: FirstStart = {
  importMilliseconds: startedAt - importedAt,
  startMilliseconds: readyAt - startedAt,
  rssMegabytes,
};
process.send!(report);

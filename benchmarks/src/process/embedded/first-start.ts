/** A process that starts a broker, as a test file does: what the import and the start take there. */
const importedAt = performance.now();
const before = process.cpuUsage();
const { EmbeddedKafka } = await import('embedded-kafka');
const startedAt = performance.now();
const imported = process.cpuUsage(before);
const kafka = await EmbeddedKafka.start({ topics: ['orders'] });
const readyAt = performance.now();
const all = process.cpuUsage(before);
const rssMegabytes = process.memoryUsage.rss() / 1e6;
await kafka.stop();

export interface FirstStart {
  readonly importMilliseconds: number;
  readonly startMilliseconds: number;
  /** User and system time, which another program's load hardly changes. */
  readonly importCpuMilliseconds: number;
  readonly startCpuMilliseconds: number;
  readonly rssMegabytes: number;
}

const total = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1_000;

const report: FirstStart = {
  importMilliseconds: startedAt - importedAt,
  startMilliseconds: readyAt - startedAt,
  importCpuMilliseconds: total(imported),
  startCpuMilliseconds: total(all) - total(imported),
  rssMegabytes,
};
process.send!(report);

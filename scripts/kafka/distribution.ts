import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { downloadFailed, KafkaScriptError } from './errors.ts';
import { runMaven } from './toolchain.ts';

export const KAFKA_VERSION = '4.1.1';

/** Everything these scripts write lies here; git ignores it. */
export const CACHE_DIRECTORY =
  process.env['KAFKA_SCRIPTS_CACHE'] ?? fileURLToPath(new URL('../../.kafka', import.meta.url));

// kafka-tools formats the storage; without an SLF4J binding the broker would log nothing at all.
const ARTIFACTS = [
  ['org.apache.kafka', 'kafka_2.13', KAFKA_VERSION],
  ['org.apache.kafka', 'kafka-tools', KAFKA_VERSION],
  ['org.slf4j', 'slf4j-simple', '1.7.36'],
] as const;

const pom = (): string => {
  const dependencies = ARTIFACTS.map(
    ([group, artifact, version]) =>
      `    <dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`,
  );
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>nest-kafka</groupId>
  <artifactId>kafka-for-tests</artifactId>
  <version>1</version>
  <dependencies>
${dependencies.join('\n')}
  </dependencies>
</project>
`;
};

const isComplete = (library: string): boolean => {
  try {
    const jars = readdirSync(library);
    return ARTIFACTS.every(([, artifact, version]) => jars.includes(`${artifact}-${version}.jar`));
  } catch {
    return false;
  }
};

/**
 * The folder with Apache Kafka's jars, downloaded from Maven Central on first use (about 55 MB) and kept in the cache.
 * The folder appears by one rename, so that an interrupted download is never taken for a whole one. Callers that ask at
 * the same time share one download.
 */
export function fetchKafka(report: (line: string) => void = () => {}): Promise<string> {
  fetching ??= download(report).finally(() => (fetching = undefined));
  return fetching;
}

let fetching: Promise<string> | undefined;

async function download(report: (line: string) => void): Promise<string> {
  const library = join(CACHE_DIRECTORY, `kafka-${KAFKA_VERSION}`);
  if (isComplete(library)) return library;
  const started = performance.now();
  report(`downloading Apache Kafka ${KAFKA_VERSION} from Maven Central`);
  const staging = `${library}.partial-${process.pid}`;
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  try {
    writeFileSync(join(staging, 'pom.xml'), pom());
    try {
      await runMaven(['dependency:copy-dependencies', `-DoutputDirectory=${join(staging, 'lib')}`], staging);
    } catch (error) {
      if (error instanceof KafkaScriptError) throw error;
      const output = error instanceof Error && 'stdout' in error ? String(error.stdout).trim() : '';
      throw downloadFailed(output.split('\n').slice(0, 20).join('\n') || String(error));
    }
    try {
      renameSync(join(staging, 'lib'), library);
    } catch (error) {
      // Another process may have finished the same download first; its folder is as good as ours.
      if (!isComplete(library)) throw error;
    }
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  report(`Apache Kafka ${KAFKA_VERSION} downloaded in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return library;
}

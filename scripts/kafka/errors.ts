/** A failure of the Kafka scripts that is worth one clear message and no stack trace. */
export class KafkaScriptError extends Error {
  override readonly name = 'KafkaScriptError';
}

export const toolMissing = (tool: string, install: string): KafkaScriptError =>
  new KafkaScriptError(
    `${tool} was not found. Apache Kafka runs on Java 17 or newer and is downloaded with Maven: install ${install}, ` +
      `or set KAFKA_BROKERS=host:port to use a cluster that is already up. ` +
      `Only \`npm run test:kafka\` and \`npm run kafka:*\` need this; \`npm start\` and \`npm test\` need nothing but Node.`,
  );

export const javaTooOld = (found: string): KafkaScriptError =>
  new KafkaScriptError(
    `Java ${found} is too old: Apache Kafka 4 needs Java 17 or newer. Install a newer JDK, point JAVA_HOME at it, ` +
      `or set KAFKA_BROKERS=host:port to use a cluster that is already up.`,
  );

export const downloadFailed = (output: string): KafkaScriptError =>
  new KafkaScriptError(
    `Maven could not download Apache Kafka from Maven Central. Check the network and Maven's settings.xml ` +
      `(mirror, proxy), then run \`npm run kafka:fetch\` again. Maven said:\n${output}`,
  );

export const nodeDied = (id: number, outcome: string, log: string): KafkaScriptError =>
  new KafkaScriptError(`Kafka node ${id} ended while it was starting (${outcome}). The end of its log:\n${log}`);

export const notReady = (what: string, milliseconds: number, detail: string, log: string): KafkaScriptError =>
  new KafkaScriptError(`${what} was not ready after ${milliseconds} ms: ${detail}. The end of the log:\n${log}`);

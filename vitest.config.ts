import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string): string => fileURLToPath(new URL(`packages/${path}`, import.meta.url));

const outside = ['**/node_modules/**', '**/dist/**'];

const isOfOurs = ({ stack = '' }: { stack?: string | undefined }): boolean => !stack.includes('/node_modules/kafkajs/');

const nodeProject = {
  extends: true as const,
  test: {
    name: 'node',
    include: [
      'packages/*/src/**/*.spec.ts',
      'packages/*/test/**/*.spec.ts',
      'examples/*/src/**/*.spec.ts',
      'scripts/**/*.spec.ts',
      'test/**/*.spec.ts',
    ],
    exclude: [
      ...outside,
      '**/*.kafka.spec.ts',
      '**/*.cluster.spec.ts',
      '**/*.interop.spec.ts',
      '**/*.integrity.spec.ts',
    ],
    // Most specs wait for sessions, backoffs and long polls: one worker a core would leave the cores idle.
    maxWorkers: 4,
  },
};

// Specs that need Apache Kafka say so in their name; these run on the brokers that KAFKA_BROKERS names.
const kafkaProject = {
  extends: true as const,
  test: {
    name: 'kafka',
    include: ['test/**/*.kafka.spec.ts', 'packages/*/test/real/**/*.kafka.spec.ts'],
    exclude: outside,
    // They share one cluster, and timings mean something here; but most of the time a spec waits, so two go at once.
    maxWorkers: 2,
    sequence: { groupOrder: 1 },
  },
};

// These start clusters of their own: to kill and to restart nodes, or because they need exactly one.
const clusterProject = {
  extends: true as const,
  test: {
    name: 'cluster',
    include: ['test/**/*.cluster.spec.ts', 'scripts/**/*.cluster.spec.ts', 'packages/*/test/real/**/*.cluster.spec.ts'],
    exclude: outside,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    sequence: { groupOrder: 2 },
  },
};

// Clients of other languages, on the embedded broker and on Apache Kafka: `npm run test:interop` prepares them.
const interopProject = {
  extends: true as const,
  test: {
    name: 'interop',
    include: ['test/interop/**/*.interop.spec.ts'],
    exclude: outside,
    testTimeout: 100_000,
    maxWorkers: 3,
    sequence: { groupOrder: 3 },
  },
};

// Real clusters of their own under load, while things are killed: `npm run test:integrity` says which form it is to be.
const integrityForm = process.env['INTEGRITY_FORM'];
const longRun = 'test/integrity/long-run.integrity.spec.ts';
const integrityProject = {
  extends: true as const,
  test: {
    name: 'integrity',
    include: integrityForm === 'long' ? [longRun] : ['test/integrity/**/*.integrity.spec.ts'],
    exclude: integrityForm === 'long' ? outside : [...outside, longRun],
    testTimeout: 240_000,
    hookTimeout: 180_000,
    // Most of the time a scenario waits, so two clusters go at once; where silences are to be compared, one.
    maxWorkers: process.env['INTEGRITY_COMPARE'] ? 1 : 2,
    sequence: { groupOrder: 4 },
  },
};

export default defineConfig({
  // Nest's dependency injection reads the types that `emitDecoratorMetadata` writes.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  resolve: {
    // Tests run the sources, so that a stale build can never pass for the code.
    alias: [
      { find: /^nest-kafka\/register$/, replacement: source('nest-kafka/src/register.ts') },
      { find: /^nest-kafka$/, replacement: source('nest-kafka/src/index.ts') },
      { find: /^kafkajs-platformatic$/, replacement: source('kafkajs-platformatic/src/index.ts') },
      { find: /^embedded-kafka$/, replacement: source('embedded-kafka/src/index.ts') },
    ],
  },
  test: {
    // KafkaJS throws out of socket events where a broker's answer is garbage. Beside ours that is counted, not a failure of ours.
    ...(process.env['INTEGRITY_COMPARE'] ? { onUnhandledError: isOfOurs } : {}),
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Only where there is a Kafka: `npm run test:kafka` starts one and sets KAFKA_BROKERS.
    projects: [
      nodeProject,
      ...(process.env['KAFKA_BROKERS'] ? [kafkaProject, clusterProject, interopProject] : []),
      ...(integrityForm ? [integrityProject] : []),
    ],
  },
});

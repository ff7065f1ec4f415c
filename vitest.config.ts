import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string): string => fileURLToPath(new URL(`packages/${path}`, import.meta.url));

// Specs that need Apache Kafka say so in their name; everything else needs Node only.
const needsKafka = ['test/**/*.kafka.spec.ts', 'packages/*/test/real/**/*.kafka.spec.ts'];

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
    exclude: ['**/node_modules/**', '**/dist/**', '**/*.kafka.spec.ts'],
  },
};

const kafkaProject = {
  extends: true as const,
  test: { name: 'kafka', include: needsKafka, exclude: ['**/node_modules/**', '**/dist/**'] },
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
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // The kafka project exists only where there is a Kafka: `npm run test:kafka` starts one and sets KAFKA_BROKERS.
    projects: process.env['KAFKA_BROKERS'] ? [nodeProject, kafkaProject] : [nodeProject],
  },
});

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string): string => fileURLToPath(new URL(`packages/${path}`, import.meta.url));

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
    include: [
      'packages/*/src/**/*.spec.ts',
      'packages/*/test/**/*.spec.ts',
      'examples/*/src/**/*.spec.ts',
      'test/**/*.spec.ts',
    ],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});

import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Nest's dependency injection reads the types that `emitDecoratorMetadata` writes.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    globalSetup: 'embedded-kafka/vitest/setup',
    include: ['*.case.ts'],
    testTimeout: 20_000,
  },
});

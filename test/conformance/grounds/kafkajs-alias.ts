import { registerHooks } from 'node:module';

const ENGINE = new URL('../../../packages/kafkajs-platformatic/dist/index.js', import.meta.url);

/**
 * From here on, `kafkajs` is kafkajs-platformatic for whatever @nestjs/microservices loads: what the npm alias
 * `"kafkajs": "npm:kafkajs-platformatic"` does in an application. The tests' own imports of kafkajs are left alone.
 */
export function aliasKafkaJS(): void {
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'kafkajs' && context.parentURL?.includes('/@nestjs/microservices/')
        ? { url: ENGINE.href, shortCircuit: true }
        : next(specifier, context),
  });
}

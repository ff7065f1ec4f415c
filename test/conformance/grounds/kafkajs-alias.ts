import { createRequire, registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

const ENGINE = new URL('../../../packages/kafkajs-platformatic/dist/index.js', import.meta.url);

/**
 * From here on, `kafkajs` is kafkajs-platformatic for whatever @nestjs/microservices loads: what the npm alias
 * `"kafkajs": "npm:kafkajs-platformatic"` does in an application. The tests' own imports of kafkajs are left alone.
 *
 * The engine is loaded here, as the imports of a spec are: without a time limit. It is several hundred modules, about a
 * second of computing, which on a busy machine is more than the first test that asks Nest for a client may take.
 */
export function aliasKafkaJS(): void {
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'kafkajs' && context.parentURL?.includes('/@nestjs/microservices/')
        ? { url: ENGINE.href, shortCircuit: true }
        : next(specifier, context),
  });
  // Not `import()`, which the test runner would answer with a copy of its own. Node's two loaders share their modules.
  createRequire(import.meta.url)(fileURLToPath(ENGINE));
}

export default {
  globalSetup: './kafka.setup.mjs',
  globalTeardown: './kafka.teardown.mjs',
  transform: {},
};

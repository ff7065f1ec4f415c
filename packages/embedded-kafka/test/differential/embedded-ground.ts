import { EmbeddedKafka } from '../../src/embedded-kafka.js';
import { surveyGround, type Ground } from './ground.js';

export interface EmbeddedGround extends AsyncDisposable {
  readonly ground: Ground;
}

/** The embedded broker with Kafka's own settings where its defaults are friendlier to tests. */
export async function startEmbeddedGround(): Promise<EmbeddedGround> {
  const kafka = await EmbeddedKafka.start({
    groupMinSessionTimeoutMs: 6_000,
    groupConsumerHeartbeatIntervalMs: 5_000,
  });
  const ground = await surveyGround('embedded-kafka', kafka.brokers[0] ?? '');
  return { ground, [Symbol.asyncDispose]: () => kafka.stop() };
}

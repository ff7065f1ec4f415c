import { afterAll, beforeAll, describe, it } from 'vitest';
import { checkSubjects, type Subject } from './behaviour.js';
import type { BrokerSource, Ground } from './ground.js';
import { proveOn, titleOn } from './prove-on.js';
import { Stage } from './stage.js';

const TIMEOUT = 30_000;

/** Registers the whole suite for one ground: a test for each behaviour, none skipped. */
export function describeConformance(ground: Ground, subjects: readonly Subject[]): void {
  checkSubjects(subjects);
  describe(`conformance: ${ground.name}`, () => {
    let source: BrokerSource | undefined;

    beforeAll(async () => {
      source = await ground.startBrokers();
    });

    afterAll(async () => {
      await source?.stop();
    });

    for (const subject of subjects) {
      // oxlint-disable-next-line vitest/valid-title -- the subject's name is a string
      describe(subject.name, () => {
        let shared: Stage | undefined;
        let scene: unknown;

        beforeAll(async () => {
          if (subject.open && source) {
            shared = new Stage(ground, source.brokers);
            scene = await subject.open(shared);
          }
        });

        afterAll(async () => {
          await shared?.close();
        });

        for (const behaviour of subject.behaviours) {
          // oxlint-disable-next-line vitest/valid-title, vitest/expect-expect -- both are the behaviour's own
          it(titleOn(ground, behaviour), { timeout: TIMEOUT }, async () => {
            if (!source) throw new Error(`${ground.name}: its brokers did not start`);
            await proveOn(ground, source.brokers, behaviour, scene);
          });
        }
      });
    }
  });
}

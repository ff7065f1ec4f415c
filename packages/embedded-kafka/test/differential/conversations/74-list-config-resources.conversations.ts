import { getTelemetrySubscriptionsCodec } from '../../../src/protocol/generated/get-telemetry-subscriptions.js';
import { incrementalAlterConfigsCodec } from '../../../src/protocol/generated/incremental-alter-configs.js';
import { listConfigResourcesCodec } from '../../../src/protocol/generated/list-config-resources.js';
import { describeConfigsCodec } from '../../../src/protocol/generated/describe-configs.js';
import { pushTelemetryCodec } from '../../../src/protocol/generated/push-telemetry.js';
import { conversationsAbout } from '../conversation.js';
import type { Talk } from '../talk.js';
import { UNKNOWN_ID, ZERO_ID } from './requests.js';

const CLIENT_METRICS = 16;
const GROUP = 32;

const list = (talk: Talk, step: string, ...resourceTypes: number[]) =>
  talk.ask(step, listConfigResourcesCodec, { resourceTypes });

async function alter(talk: Talk, step: string, type: number, name: string, ...configs: [string, string | null][]) {
  await talk.ask(step, incrementalAlterConfigsCodec, {
    resources: [
      {
        resourceType: type,
        resourceName: name,
        configs: configs.map(([key, value]) => ({ name: key, configOperation: value === null ? 1 : 0, value })),
      },
    ],
    validateOnly: false,
  });
  await talk.moment();
}

const describe = (talk: Talk, step: string, resourceType: number, resourceName: string, ...keys: string[]) =>
  talk.ask(step, describeConfigsCodec, {
    resources: [{ resourceType, resourceName, configurationKeys: keys.length === 0 ? null : keys }],
    includeSynonyms: true,
  });

export const listConfigResourcesConversations = conversationsAbout(listConfigResourcesCodec, {
  'resources by type': {
    from: 1,
    async play(talk) {
      await talk.topic('listed');
      await list(talk, 'topics', 2);
      await list(talk, 'brokers', 4);
      await list(talk, 'loggers', 8);
      await list(talk, 'client metrics', 16);
      await list(talk, 'groups', 32);
      await list(talk, 'topics twice and brokers', 2, 2, 4);
      await list(talk, 'everything');
      await list(talk, 'an unknown type', 3);
      await list(talk, 'type 0', 0);
      await list(talk, 'a known and an unknown type', 2, 64);
      await list(talk, 'a negative type', -1);
    },
  },
  "a client metrics' configuration": async talk => {
    const name = talk.name('metrics');
    await describe(talk, 'before', CLIENT_METRICS, name);
    await alter(talk, 'created', CLIENT_METRICS, name, ['metrics', 'org.apache.kafka.'], ['interval.ms', '60000']);
    await list(talk, 'has one', ...(talk.version === 0 ? [] : [CLIENT_METRICS]));
    await describe(talk, 'has two', CLIENT_METRICS, name);
    await describe(talk, 'by key', CLIENT_METRICS, name, 'interval.ms');
    await alter(talk, 'an unknown key', CLIENT_METRICS, name, ['unknown', '1']);
    await alter(talk, 'too short an interval', CLIENT_METRICS, name, ['interval.ms', '99']);
    await alter(talk, 'too long an interval', CLIENT_METRICS, name, ['interval.ms', '3600001']);
    await alter(talk, 'no number', CLIENT_METRICS, name, ['interval.ms', 'x']);
    await alter(talk, 'an unknown selector', CLIENT_METRICS, name, ['match', 'colour=red']);
    await alter(talk, 'a selector', CLIENT_METRICS, name, ['match', 'client_id=b.*']);
    await alter(talk, 'no selector at all', CLIENT_METRICS, name, ['match', 'client_id']);
    await alter(talk, 'a broken pattern', CLIENT_METRICS, name, ['match', 'client_id=(']);
    await alter(talk, 'no name', CLIENT_METRICS, '', ['interval.ms', '60000']);
    await describe(talk, 'has three', CLIENT_METRICS, name);
    await describe(talk, 'described without a name', CLIENT_METRICS, '');
    await alter(talk, 'all go', CLIENT_METRICS, name, ['match', null], ['metrics', null], ['interval.ms', null]);
    await describe(talk, 'afterwards', CLIENT_METRICS, name);
    await list(talk, 'has none', ...(talk.version === 0 ? [] : [CLIENT_METRICS]));
  },
  "a group's configuration": {
    from: 1,
    async play(talk) {
      const name = talk.name('group');
      await describe(talk, 'before', GROUP, name);
      await alter(talk, 'set', GROUP, name, ['consumer.session.timeout.ms', '50000']);
      await list(talk, 'has one', GROUP);
      await describe(talk, 'has one key', GROUP, name);
      await describe(talk, 'by key', GROUP, name, 'consumer.session.timeout.ms', 'share.auto.offset.reset');
      await alter(talk, 'an unknown key', GROUP, name, ['unknown', '1']);
      await alter(talk, 'too short a session', GROUP, name, ['consumer.session.timeout.ms', '1']);
      await alter(talk, 'no number', GROUP, name, ['consumer.session.timeout.ms', 'x']);
      await alter(talk, 'heartbeats slower than the session', GROUP, name, ['consumer.heartbeat.interval.ms', '55000']);
      await alter(talk, 'no name', GROUP, '', ['consumer.session.timeout.ms', '50000']);
      await describe(talk, 'described without a name', GROUP, '');
      await alter(talk, 'all go', GROUP, name, ['consumer.session.timeout.ms', null]);
      await describe(talk, 'afterwards', GROUP, name);
      await list(talk, 'has none', GROUP);
    },
  },
});

/** Not advertised without a plugin, and answered nevertheless. */
export const telemetryConversations = conversationsAbout(listConfigResourcesCodec, {
  'telemetry that nobody wants': {
    from: 1,
    async play(talk) {
      const subscribe = (step: string, clientInstanceId: string, on = 'a') =>
        talk.ask(step, getTelemetrySubscriptionsCodec, { clientInstanceId }, { version: 0, on });
      const push = (step: string, choices: object, on = 'a') =>
        talk.ask(
          step,
          pushTelemetryCodec,
          {
            clientInstanceId: UNKNOWN_ID,
            subscriptionId: 0,
            terminating: false,
            compressionType: 0,
            metrics: Buffer.alloc(0),
            ...choices,
          },
          { version: 0, on },
        );
      const { clientInstanceId, subscriptionId } = await subscribe('a new client', ZERO_ID);
      await subscribe('again, too early', clientInstanceId);
      await push('pushed', { clientInstanceId, subscriptionId });
      await push('pushed again, too early', { clientInstanceId, subscriptionId });
      await push('no client', { clientInstanceId: ZERO_ID });
      await push('another subscription', { clientInstanceId: 'AAAAAAAAAAAAAAAAAAAABw', subscriptionId: 77 });
      const other = await subscribe('another client', ZERO_ID, 'b');
      await push(
        'an unknown compression',
        { clientInstanceId: other.clientInstanceId, subscriptionId: other.subscriptionId, compressionType: 9 },
        'b',
      );
      const third = await subscribe('a third client', ZERO_ID, 'c');
      await push(
        'something, and its last',
        {
          clientInstanceId: third.clientInstanceId,
          subscriptionId: third.subscriptionId,
          terminating: true,
          metrics: Buffer.from('metrics'),
        },
        'c',
      );
      await push(
        'after its last',
        { clientInstanceId: third.clientInstanceId, subscriptionId: third.subscriptionId },
        'c',
      );
      const fourth = await subscribe('a fourth client', ZERO_ID, 'd');
      await push(
        'too much',
        {
          clientInstanceId: fourth.clientInstanceId,
          subscriptionId: fourth.subscriptionId,
          metrics: Buffer.alloc(1_048_577),
        },
        'd',
      );
    },
  },
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { KilledBroker } from '../../test/support/killed-broker.js';
import { WireClient } from '../../test/support/wire-client.js';
import { alterClientQuotasCodec } from '../protocol/generated/alter-client-quotas.js';
import { alterUserScramCredentialsCodec } from '../protocol/generated/alter-user-scram-credentials.js';
import { createAclsCodec } from '../protocol/generated/create-acls.js';
import { deleteAclsCodec } from '../protocol/generated/delete-acls.js';
import { describeAclsCodec } from '../protocol/generated/describe-acls.js';
import { describeClientQuotasCodec } from '../protocol/generated/describe-client-quotas.js';
import { describeConfigsCodec } from '../protocol/generated/describe-configs.js';
import { describeUserScramCredentialsCodec } from '../protocol/generated/describe-user-scram-credentials.js';
import { incrementalAlterConfigsCodec } from '../protocol/generated/incremental-alter-configs.js';
import { Operation, PatternType, Permission, ResourceType } from '../security/acl/acl-binding.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'embedded-kafka-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const start = (): Promise<KilledBroker> =>
  KilledBroker.start('--data-dir', directory, '--super-user', 'User:ANONYMOUS', '--topic', 't:1');

const acl = (resourceName: string) => ({
  resourceType: ResourceType.TOPIC,
  resourceName,
  resourcePatternType: PatternType.LITERAL,
  principal: 'User:alice',
  host: '*',
  operation: Operation.READ,
  permissionType: Permission.ALLOW,
});
const aclFilter = (resourceNameFilter: string | null) => ({
  resourceTypeFilter: ResourceType.ANY,
  resourceNameFilter,
  patternTypeFilter: PatternType.ANY,
  principalFilter: null,
  hostFilter: null,
  operation: Operation.ANY,
  permissionType: Permission.ANY,
});
const credential = (name: string, iterations: number) => ({
  name,
  mechanism: 2,
  iterations,
  salt: Buffer.from('salt'),
  saltedPassword: Buffer.alloc(64, 7),
});
const quota = (user: string | null, value: number) => ({
  entity: [{ entityType: 'user', entityName: user }],
  // The one that may have no end.
  ops: [{ key: 'request_percentage', value, remove: false }],
});
const config = (resourceType: number, resourceName: string, name: string, value: string) => ({
  resourceType,
  resourceName,
  configs: [{ name, configOperation: 0, value }],
});

/** What was set while the broker ran: of topic t, all brokers, group g and client metrics m. */
async function describeConfigs(client: WireClient): Promise<(string | null)[]> {
  const { results } = await client.call(describeConfigsCodec, 4, {
    resources: (
      [
        [2, 't', 'retention.ms'],
        [4, '', 'log.cleaner.threads'],
        [32, 'g', 'consumer.session.timeout.ms'],
        [16, 'm', 'interval.ms'],
      ] as const
    ).map(([resourceType, resourceName, key]) => ({ resourceType, resourceName, configurationKeys: [key] })),
  });
  return results.map(({ configs }) => configs[0]?.value ?? null);
}

it('keeps ACLs, SCRAM credentials, client quotas and configurations that clients have changed through kill -9', async () => {
  await using first = await start();
  let client = await WireClient.connect(first.address);
  await client.call(createAclsCodec, 3, { creations: [acl('kept'), acl('deleted')] });
  await client.call(deleteAclsCodec, 3, { filters: [aclFilter('deleted')] });
  const upsertions = [credential('alice', 4_096), credential('bob', 8_192)];
  await client.call(alterUserScramCredentialsCodec, 0, { deletions: [], upsertions });
  const deletions = [{ name: 'bob', mechanism: 2 }];
  await client.call(alterUserScramCredentialsCodec, 0, { deletions, upsertions: [] });
  const entries = [quota('alice', 1_000), quota(null, Infinity)];
  await client.call(alterClientQuotasCodec, 1, { entries, validateOnly: false });
  const { responses } = await client.call(incrementalAlterConfigsCodec, 1, {
    resources: [
      config(2, 't', 'retention.ms', '12345'),
      config(4, '', 'log.cleaner.threads', '3'),
      config(32, 'g', 'consumer.session.timeout.ms', '50000'),
      config(16, 'm', 'interval.ms', '1000'),
    ],
    validateOnly: false,
  });
  expect(responses.map(({ errorCode }) => errorCode)).toEqual([0, 0, 0, 0]);
  await first.kill();

  await using second = await start();
  client = await WireClient.connect(second.address);
  const { resources } = await client.call(describeAclsCodec, 3, aclFilter(null));
  expect(resources.map(({ resourceName, acls }) => [resourceName, acls.length])).toEqual([['kept', 1]]);
  const { results } = await client.call(describeUserScramCredentialsCodec, 0, { users: null });
  expect(results).toMatchObject([{ user: 'alice', credentialInfos: [{ mechanism: 2, iterations: 4_096 }] }]);
  const quotas = await client.call(describeClientQuotasCodec, 1, { components: [], strict: false });
  expect(quotas.entries?.map(({ entity, values }) => [entity[0]?.entityName, values[0]?.value])).toEqual([
    ['alice', 1_000],
    [null, Infinity],
  ]);
  expect(await describeConfigs(client)).toEqual(['12345', '3', '50000', '1000']);
  client.destroy();
});

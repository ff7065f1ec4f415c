import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ErrorCode } from '../../src/protocol/errors.js';
import { createAclsCodec, type CreateAclsRequestInit } from '../../src/protocol/generated/create-acls.js';
import { createTopicsCodec } from '../../src/protocol/generated/create-topics.js';
import { deleteAclsCodec } from '../../src/protocol/generated/delete-acls.js';
import { describeAclsCodec } from '../../src/protocol/generated/describe-acls.js';
import { describeClusterCodec } from '../../src/protocol/generated/describe-cluster.js';
import { metadataCodec } from '../../src/protocol/generated/metadata.js';
import { produceCodec } from '../../src/protocol/generated/produce.js';
import { saslAuthenticateCodec } from '../../src/protocol/generated/sasl-authenticate.js';
import { saslHandshakeCodec } from '../../src/protocol/generated/sasl-handshake.js';
import { Operation, PatternType, Permission, ResourceType } from '../../src/security/acl/acl-binding.js';
import { buildBatch } from '../support/build-batch.js';
import { WireClient } from '../support/wire-client.js';
import { denials, errorsIn, TOPIC } from './denials.js';

/** A broker with an authorizer, whose super user is User:ANONYMOUS, and no ACLs. */
export interface AuthorizingGround {
  /** Where nobody has to say who he is. */
  readonly plaintext: string;
  /** SASL_PLAINTEXT with PLAIN, for alice and bob with their names for passwords. */
  readonly sasl: string;
  stop(): Promise<void>;
}

type Creation = CreateAclsRequestInit['creations'][number];

/** Written once, for Apache Kafka and for the embedded broker. */
export function describeAuthorization(name: string, start: () => Promise<AuthorizingGround>): void {
  describe(`authorization on ${name}`, () => {
    let ground: AuthorizingGround;
    let admin: WireClient;
    const open: WireClient[] = [];
    const connect = async (address: string): Promise<WireClient> => {
      const client = await WireClient.connect(address);
      open.push(client);
      return client;
    };
    const logIn = async (user: string): Promise<WireClient> => {
      const client = await connect(ground.sasl);
      await client.call(saslHandshakeCodec, 1, { mechanism: 'PLAIN' });
      const { errorCode } = await client.call(saslAuthenticateCodec, 2, {
        authBytes: Buffer.from(`\0${user}\0${user}`),
      });
      expect(errorCode).toBe(0);
      return client;
    };
    const createTopic = async (topic: string): Promise<void> => {
      const topics = [{ name: topic, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }];
      await admin.call(createTopicsCodec, 5, { topics, timeoutMs: 10_000 });
      await until(async () => {
        const { topics: found } = await admin.call(metadataCodec, 9, {
          topics: [{ name: topic }],
          allowAutoTopicCreation: false,
        });
        return found[0]?.errorCode === 0 && found[0].partitions[0]?.leaderId !== -1;
      });
    };

    beforeAll(async () => {
      ground = await start();
      admin = await connect(ground.plaintext);
      await createTopic(TOPIC);
    }, 120_000);
    afterAll(async () => {
      for (const client of open) client.destroy();
      await ground?.stop();
    });

    it.each(denials.map(denial => [denial.codec.name, denial] as const))(
      'refuses %s of who may do nothing',
      async (_, { codec, request, errors, from = codec.minVersion, to = codec.maxVersion }) => {
        const alice = await logIn('alice');
        for (const version of new Set([Math.max(from, codec.minVersion), Math.min(to, codec.maxVersion)])) {
          const answer = await alice.call(codec, version, request);
          const expected = errors.map(error => ErrorCode[error]).sort((a, b) => a - b);
          expect([version, [...errorsIn(answer)].sort((a, b) => a - b)]).toEqual([version, expected]);
        }
      },
    );

    /** On Kafka, an ACL counts a moment after it was created. */
    const allow = async (...acls: (Partial<Creation> & Pick<Creation, 'resourceName' | 'operation'>)[]) => {
      const creations = acls.map(acl => ({
        resourceType: ResourceType.TOPIC,
        resourcePatternType: PatternType.LITERAL,
        principal: 'User:alice',
        host: '*',
        permissionType: Permission.ALLOW,
        ...acl,
      }));
      const { results } = await admin.call(createAclsCodec, 3, { creations });
      expect(results.map(({ errorCode }) => errorCode)).toEqual(creations.map(() => 0));
      for (const { resourceName, operation, permissionType } of creations) {
        await until(
          async () => (await describeAcls({ resourceNameFilter: resourceName, operation, permissionType })) > 0,
        );
      }
    };
    const everything = {
      resourceTypeFilter: ResourceType.ANY,
      resourceNameFilter: null,
      patternTypeFilter: PatternType.ANY,
      principalFilter: null,
      hostFilter: null,
      operation: Operation.ANY,
      permissionType: Permission.ANY,
    };
    const describeAcls = async (filter: object): Promise<number> => {
      const { resources } = await admin.call(describeAclsCodec, 3, { ...everything, ...filter });
      return resources.flatMap(({ acls }) => acls).length;
    };

    it('lets a user do what an ACL allows him, and nobody else', async () => {
      await createTopic('literal');
      await allow({ resourceName: 'literal', operation: Operation.WRITE });
      expect(await write(await logIn('alice'), 'literal')).toBe(0);
      expect(await write(await logIn('bob'), 'literal')).toBe(ErrorCode.TOPIC_AUTHORIZATION_FAILED);
    });

    it('takes a prefix for all that begin with it, and a denial for more than any permission', async () => {
      for (const topic of ['pre-one', 'pre-two', 'other-one']) await createTopic(topic);
      await allow(
        {
          resourceName: 'pre-',
          resourcePatternType: PatternType.PREFIXED,
          operation: Operation.ALL,
          principal: 'User:*',
        },
        { resourceName: 'pre-two', operation: Operation.WRITE, permissionType: Permission.DENY },
      );
      const [alice, bob] = [await logIn('alice'), await logIn('bob')];
      expect(await write(alice, 'pre-one')).toBe(0);
      expect(await write(alice, 'pre-two')).toBe(ErrorCode.TOPIC_AUTHORIZATION_FAILED);
      expect(await write(bob, 'pre-two')).toBe(0);
      expect(await write(bob, 'other-one')).toBe(ErrorCode.TOPIC_AUTHORIZATION_FAILED);
    });

    it('lets who may write also describe, and tells what he may do, and nothing of other topics', async () => {
      await createTopic('seen');
      await allow({ resourceName: 'seen', operation: Operation.WRITE, principal: 'User:bob' });
      const bob = await logIn('bob');
      const { topics } = await bob.call(metadataCodec, 9, {
        topics: [{ name: 'seen' }, { name: TOPIC }],
        allowAutoTopicCreation: true,
        includeTopicAuthorizedOperations: true,
      });
      const [seen, forbidden] = [
        topics.find(({ name: each }) => each === 'seen'),
        topics.find(one => one.name === TOPIC),
      ];
      expect(seen).toMatchObject({
        errorCode: 0,
        topicAuthorizedOperations: (1 << Operation.WRITE) | (1 << Operation.DESCRIBE),
      });
      expect(forbidden).toMatchObject({ errorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED, partitions: [] });
      const all = await bob.call(metadataCodec, 9, { topics: null, allowAutoTopicCreation: false });
      expect(all.topics.map(topic => topic.name)).toContain('seen');
      expect(all.topics.map(topic => topic.name)).not.toContain(TOPIC);
      const wanted = { includeClusterAuthorizedOperations: true, endpointType: 1 };
      expect((await bob.call(describeClusterCodec, 1, wanted)).clusterAuthorizedOperations).toBe(0);
      expect((await admin.call(describeClusterCodec, 1, wanted)).clusterAuthorizedOperations).toBe(
        [5, 7, 8, 9, 10, 11, 12].reduce((bits, operation) => bits | (1 << operation), 0),
      );
    });

    it('refuses ACLs that cannot be, finds those that concern a resource, and deletes what a filter means', async () => {
      const creation = {
        resourceType: ResourceType.GROUP,
        resourceName: 'g',
        resourcePatternType: PatternType.LITERAL,
        principal: 'User:alice',
        host: '*',
        operation: Operation.READ,
        permissionType: Permission.ALLOW,
      };
      const { results } = await admin.call(createAclsCodec, 3, {
        creations: [
          { ...creation, resourceName: '' },
          { ...creation, resourceType: ResourceType.CLUSTER },
          { ...creation, resourceName: 'group-', resourcePatternType: PatternType.PREFIXED },
          { ...creation, resourceName: '*' },
          { ...creation, resourceName: 'group-1' },
          { ...creation, resourceName: 'group-1' },
        ],
      });
      const refused = ErrorCode.INVALID_REQUEST;
      expect(results.map(({ errorCode }) => errorCode)).toEqual([refused, refused, 0, 0, 0, 0]);
      for (const filter of [{ resourcePatternType: PatternType.MATCH }, { operation: Operation.ANY }]) {
        const creations = [creation, { ...creation, ...filter }];
        const answer = await admin.call(createAclsCodec, 3, { creations });
        expect(answer.results.map(({ errorCode }) => errorCode)).toEqual([-1, -1]);
      }
      const concerning = { resourceTypeFilter: ResourceType.GROUP, patternTypeFilter: PatternType.MATCH };
      await until(async () => (await describeAcls({ ...concerning, resourceNameFilter: 'group-1' })) === 3);
      expect(await describeAcls({ ...concerning, resourceNameFilter: 'elsewhere' })).toBe(1);
      const { filterResults } = await admin.call(deleteAclsCodec, 3, {
        filters: [{ ...everything, ...concerning, resourceNameFilter: 'group-1' }],
      });
      expect(filterResults[0]?.matchingAcls.map(({ resourceName }) => resourceName).sort()).toEqual([
        '*',
        'group-',
        'group-1',
      ]);
      await until(async () => (await describeAcls(concerning)) === 0);
    });
  });
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error('waited in vain');
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

async function write(client: WireClient, topic: string): Promise<number | undefined> {
  const topicData = [{ name: topic, partitionData: [{ index: 0, records: buildBatch() }] }];
  const { responses } = await client.call(produceCodec, 9, { acks: -1, timeoutMs: 5_000, topicData });
  return responses[0]?.partitionResponses[0]?.errorCode;
}

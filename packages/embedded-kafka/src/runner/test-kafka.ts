import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { EmbeddedKafkaError } from '../errors/embedded-kafka-error.js';
import type { UntilConsumedOptions } from '../events/consumption.js';
import type { TopicOptions } from '../options/topic-options.js';
import { ControlClient } from './control-client.js';
import { BROKERS_VARIABLE, CONTROL_VARIABLE } from './shared-broker.js';

/** Characters of the file's name in the prefix: a topic's name has at most 249. */
const MAX_NAME = 40;

/** The broker of the run, as one test file sees it: its topics and groups are its own. */
export interface TestKafka {
  /** Addresses for a client. */
  readonly brokers: string[];
  /** What the names of this file's topics and groups begin with: that of the file, and what no other one has. */
  readonly prefix: string;
  /** The name of a topic that no other test file has; it comes into being when a client asks for it. */
  testTopic(name: string): string;
  /** The name of a group that no other test file has. */
  testGroup(name: string): string;
  /** Creates a topic of this file. @returns its name @throws EmbeddedKafkaError CONTROL_REFUSED */
  createTestTopic(name: string, options?: Omit<TopicOptions, 'name'>): Promise<string>;
  /** Waits until a group of this file, by its whole name, has consumed everything. @throws EmbeddedKafkaError CONTROL_REFUSED */
  untilConsumed(group: string, options?: UntilConsumedOptions): Promise<void>;
  /** Deletes this file's topics and groups. Is called by itself when the file has ended. */
  cleanUp(): Promise<void>;
}

/**
 * The broker that the runner's global setup has started.
 * @param file of the tests; its name is in the prefix, for who looks at the broker
 * @param setup what to name as global setup, for the error
 * @throws EmbeddedKafkaError NO_SHARED_BROKER
 */
export function connectTestKafka(file: string, setup: string): TestKafka {
  const brokers = variable(BROKERS_VARIABLE, setup).split(',');
  const control = new ControlClient(variable(CONTROL_VARIABLE, setup));
  const [stem = ''] = basename(file).split('.');
  const prefix = `${stem.replace(/[^\w-]/g, '-').slice(0, MAX_NAME)}-${randomBytes(4).toString('hex')}.`;
  const isOwn = (name: string): boolean => name.startsWith(prefix);
  return {
    brokers,
    prefix,
    testTopic: name => prefix + name,
    testGroup: name => prefix + name,
    createTestTopic: async (name, options = {}) => {
      await control.post('/topics', { ...options, name: prefix + name });
      return prefix + name;
    },
    untilConsumed: (group, options = {}) =>
      control.post(`/groups/${encodeURIComponent(group)}/until-consumed`, options),
    cleanUp: async () => {
      const { groups } = await control.get<{ readonly groups: readonly { readonly group: string }[] }>('/groups');
      for (const { group } of groups) if (isOwn(group)) await control.delete(`/groups/${encodeURIComponent(group)}`);
      const { topics } = await control.get<{ readonly topics: readonly { readonly name: string }[] }>('/topics');
      for (const { name } of topics) if (isOwn(name)) await control.delete(`/topics/${encodeURIComponent(name)}`);
    },
  };
}

function variable(name: string, setup: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new EmbeddedKafkaError('NO_SHARED_BROKER', [name, setup]);
  return value;
}

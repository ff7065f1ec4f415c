import type { TopicOptions } from '../../options/topic-options.js';
import { EmbeddedKafkaError } from '../../errors/embedded-kafka-error.js';
import type { RunningKafka, TopicStatus } from '../../running-kafka.js';
import { refuseUnknownFields } from '../request-values.js';
import { created, done, ok, type Route } from '../route.js';

const fields = ['name', 'partitions', 'replicationFactor', 'configs'];

export const topicRoutes: readonly Route[] = [
  { method: 'GET', path: '/topics', handle: ({ kafka }) => ok({ topics: kafka.topics }) },
  {
    method: 'POST',
    path: '/topics',
    handle: async ({ kafka, body }) => {
      refuseUnknownFields(body, fields);
      const topic = body as unknown as TopicOptions;
      await kafka.createTopic(topic);
      return created(topicOf(kafka, topic.name));
    },
  },
  { method: 'GET', path: '/topics/:topic', handle: ({ kafka, params }) => ok(topicOf(kafka, params['topic']!)) },
  {
    method: 'DELETE',
    path: '/topics/:topic',
    handle: async ({ kafka, params }) => {
      await kafka.deleteTopic(params['topic']!);
      return done;
    },
  },
];

function topicOf({ topics }: RunningKafka, name: string): TopicStatus {
  const topic = topics.find(each => each.name === name);
  if (topic === undefined) throw new EmbeddedKafkaError('UNKNOWN_TOPIC', [name, topics.map(each => each.name)]);
  return topic;
}

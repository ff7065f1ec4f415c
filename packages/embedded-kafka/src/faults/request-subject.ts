/** The topics and groups that a request is about, by the field names that Kafka's requests share. */
interface SubjectFields {
  readonly groupId?: string;
  readonly groups?: readonly { readonly groupId: string }[];
  readonly coordinatorKeys?: readonly string[];
  readonly key?: string;
  readonly topics?: readonly TopicFields[] | null;
  readonly topicData?: readonly TopicFields[];
  readonly topicNames?: readonly string[];
  readonly v3AndBelowTopics?: readonly TopicFields[];
  readonly transactions?: readonly { readonly topics: readonly TopicFields[] }[];
}

interface TopicFields {
  readonly name?: string | null;
  readonly topic?: string;
  readonly topicId?: string;
}

/** Whether a request names this topic, by name or, as newer versions do, by id. */
export function concernsTopic(request: unknown, topic: string, topicId: string | undefined): boolean {
  const { topics, topicData, topicNames, v3AndBelowTopics, transactions } = request as SubjectFields;
  if (topicNames?.includes(topic) === true) return true;
  const named = [
    topics ?? [],
    topicData ?? [],
    v3AndBelowTopics ?? [],
    ...(transactions ?? []).map(each => each.topics),
  ];
  return named.some(list =>
    list.some(
      each => each.name === topic || each.topic === topic || (topicId !== undefined && each.topicId === topicId),
    ),
  );
}

/** Whether a request is about this group. */
export function concernsGroup(request: unknown, group: string): boolean {
  const { groupId, groups, key, coordinatorKeys } = request as SubjectFields;
  return (
    groupId === group ||
    key === group ||
    coordinatorKeys?.includes(group) === true ||
    groups?.some(each => each.groupId === group) === true
  );
}

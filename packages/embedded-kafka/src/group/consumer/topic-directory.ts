/** What the group protocol looks at of a topic. */
export interface DirectoryTopic {
  readonly name: string;
  readonly id: string;
  readonly partitions: { readonly length: number };
}

/** The topics that there are. `revision` rises whenever one comes, goes, or gets partitions. */
export interface TopicDirectory {
  readonly revision: number;
  readonly topics: Iterable<DirectoryTopic>;
  topic(name: string): DirectoryTopic | undefined;
  topicById(id: string): DirectoryTopic | undefined;
}

/** No topics at all: for groups whose members never ask for an assignment. */
export const emptyDirectory: TopicDirectory = {
  revision: 0,
  topics: [],
  topic: () => undefined,
  topicById: () => undefined,
};

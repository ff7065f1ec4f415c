from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    ResourceType,
)
from scene import Scene, code_of, only_result, until

RETENTION = "retention.ms"


def topics(scene: Scene) -> dict:
    admin = scene.admin()
    topic = f"{scene.prefix}.topics"
    wanted = NewTopic(topic, num_partitions=3, replication_factor=1, config={RETENTION: "3600000"})
    seen = {
        "created": code_of(admin.create_topics([wanted])) == 0,
        "again": code_of(admin.create_topics([NewTopic(topic, 1, 1)])),
        "invalid": code_of(admin.create_topics([NewTopic("no topic name", 1, 1)])),
        "partitions": count_partitions(admin, topic),
    }
    seen["retention"] = retention_of(admin, topic)

    longer = ConfigEntry(RETENTION, "7200000", incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[longer])
    only_result(admin.incremental_alter_configs([resource]))
    until(lambda: "the altered configuration", lambda: retention_of(admin, topic) != seen["retention"])
    seen["altered"] = retention_of(admin, topic)

    only_result(admin.create_partitions([NewPartitions(topic, 5)]))
    until(lambda: "the new partitions", lambda: count_partitions(admin, topic) != 3)
    seen["grown"] = count_partitions(admin, topic)

    only_result(admin.delete_topics([topic]))
    until(lambda: "the end of the topic", lambda: topic not in admin.list_topics(timeout=10).topics)
    seen["deletedAgain"] = code_of(admin.delete_topics([topic]))
    return seen


def count_partitions(admin: AdminClient, topic: str) -> int:
    # All topics: asked for by its name, a topic would come into being.
    return len(admin.list_topics(timeout=10).topics[topic].partitions)


def retention_of(admin: AdminClient, topic: str) -> str:
    return only_result(admin.describe_configs([ConfigResource(ResourceType.TOPIC, topic)]))[RETENTION].value

import static org.apache.kafka.common.config.ConfigResource.Type.TOPIC;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;

final class Topics {
    private static final String RETENTION = "retention.ms";

    static Object observe(Scene scene, String[] words) throws Exception {
        String topic = scene.prefix() + ".topics";
        Map<String, Object> seen = new HashMap<>();
        try (Admin admin = scene.admin()) {
            NewTopic wanted = new NewTopic(topic, 3, (short) 1).configs(Map.of(RETENTION, "3600000"));
            seen.put("created", Scene.codeOf(admin.createTopics(List.of(wanted)).all()) == 0);
            seen.put("again", Scene.codeOf(admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all()));
            NewTopic misnamed = new NewTopic("no topic name", 1, (short) 1);
            seen.put("invalid", Scene.codeOf(admin.createTopics(List.of(misnamed)).all()));
            seen.put("partitions", countPartitions(admin, topic));
            String retention = retentionOf(admin, topic);
            seen.put("retention", retention);

            AlterConfigOp longer = new AlterConfigOp(new ConfigEntry(RETENTION, "7200000"), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(new ConfigResource(TOPIC, topic), List.of(longer))).all().get();
            String[] altered = {retention};
            Scene.until(
                () -> "the altered configuration",
                () -> !altered[0].equals(retention),
                () -> altered[0] = retentionOf(admin, topic));
            seen.put("altered", altered[0]);

            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(5))).all().get();
            int[] grown = {3};
            Scene.until(() -> "new partitions", () -> grown[0] != 3, () -> grown[0] = countPartitions(admin, topic));
            seen.put("grown", grown[0]);

            admin.deleteTopics(List.of(topic)).all().get();
            boolean[] listed = {true};
            Scene.until(
                () -> "the end of the topic",
                () -> !listed[0],
                () -> listed[0] = admin.listTopics().names().get().contains(topic));
            seen.put("deletedAgain", Scene.codeOf(admin.deleteTopics(List.of(topic)).all()));
        }
        return seen;
    }

    private static int countPartitions(Admin admin, String topic) throws Exception {
        return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size();
    }

    private static String retentionOf(Admin admin, String topic) throws Exception {
        ConfigResource resource = new ConfigResource(TOPIC, topic);
        return admin.describeConfigs(List.of(resource)).all().get().get(resource).get(RETENTION).value();
    }
}

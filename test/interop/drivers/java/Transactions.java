import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** A committed and an aborted transaction with offsets of a group, and a successor's, which fences the first producer. */
final class Transactions {
    static Object observe(Scene scene, String[] words) throws Exception {
        String topic = scene.prefix() + ".transactions";
        String group = scene.prefix() + ".transactions-group";
        TopicPartition partition = new TopicPartition(topic, 0);
        Map<String, Object> seen = new HashMap<>();
        try (Admin admin = scene.admin();
            KafkaProducer<byte[], byte[]> plain = scene.producer();
            KafkaProducer<byte[], byte[]> old = transactional(scene);
            KafkaProducer<byte[], byte[]> next = transactional(scene)) {
            admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1))).all().get();
            old.initTransactions();
            old.beginTransaction();
            send(old, topic, "committed", 2);
            sendOffset(old, partition, 5, group);
            old.commitTransaction();
            // The transaction's markers, and with them its offsets, may come a moment after the answer to the commit.
            long[] offset = {-1};
            Scene.until(
                () -> "the committed offset", () -> offset[0] >= 0, () -> offset[0] = committed(admin, group, partition));
            seen.put("offsetAfterCommit", offset[0]);
            old.beginTransaction();
            send(old, topic, "aborted", 2);
            sendOffset(old, partition, 9, group);
            old.abortTransaction();
            seen.put("offsetAfterAbort", committed(admin, group, partition));

            next.initTransactions();
            next.beginTransaction();
            send(next, topic, "later", 2);
            next.commitTransaction();
            seen.put("fenced", isRefused(old, topic));
            send(plain, topic, "end", 1);
        }
        seen.put("readCommitted", readAll(scene, topic, "read_committed"));
        seen.put("readUncommitted", readAll(scene, topic, "read_uncommitted"));
        return seen;
    }

    private static KafkaProducer<byte[], byte[]> transactional(Scene scene) {
        return scene.producer("transactional.id", scene.prefix() + ".transactional-id");
    }

    /** Flushed, as an abort drops what has not been sent yet. */
    private static void send(KafkaProducer<byte[], byte[]> producer, String topic, String name, int count) {
        for (int partition = 0; partition < 2; partition++) {
            for (int index = 0; index < count; index++) {
                byte[] value = (name + "-" + partition + "-" + index).getBytes(StandardCharsets.UTF_8);
                producer.send(new ProducerRecord<>(topic, partition, null, value));
            }
        }
        producer.flush();
    }

    private static void sendOffset(
        KafkaProducer<byte[], byte[]> producer, TopicPartition partition, long offset, String group) {
        producer.sendOffsetsToTransaction(
            Map.of(partition, new OffsetAndMetadata(offset)), new ConsumerGroupMetadata(group));
    }

    private static long committed(Admin admin, String group, TopicPartition partition) throws Exception {
        OffsetAndMetadata offset =
            admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().get(partition);
        return offset == null ? -1 : offset.offset();
    }

    private static boolean isRefused(KafkaProducer<byte[], byte[]> old, String topic) {
        try {
            old.beginTransaction();
            send(old, topic, "fenced", 2);
            old.commitTransaction();
            return false;
        } catch (KafkaException fenced) {
            return true; // which of PRODUCER_FENCED and INVALID_PRODUCER_EPOCH it is, is each client's choice
        }
    }

    private static List<String> readAll(Scene scene, String topic, String isolation) throws Exception {
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = scene.consumer(topic, "isolation.level", isolation)) {
            consumer.assign(List.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1)));
            consumer.seekToBeginning(consumer.assignment());
            Scene.until(
                () -> "the end of the topic after " + values,
                () -> values.contains("end-0-0") && values.contains("end-1-0"),
                () -> consumer.poll(Duration.ofMillis(100))
                    .forEach(record -> values.add(new String(record.value(), StandardCharsets.UTF_8))));
        }
        return values.stream().sorted().toList();
    }
}

import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Where the brokers are and what names begin with, with clients for both. */
record Scene(String bootstrap, String prefix) {
    private static final long DEADLINE_NANOS = 30_000_000_000L;

    interface Step {
        void run() throws Exception;
    }

    Admin admin() {
        return Admin.create(properties());
    }

    KafkaProducer<byte[], byte[]> producer(String... settings) {
        return new KafkaProducer<>(properties(settings), new ByteArraySerializer(), new ByteArraySerializer());
    }

    KafkaConsumer<byte[], byte[]> consumer(String groupId, String... settings) {
        Properties properties = properties(settings);
        properties.put("group.id", groupId);
        properties.put("enable.auto.commit", "false");
        properties.put("auto.offset.reset", "earliest");
        properties.put("fetch.max.wait.ms", "100");
        if (!"consumer".equals(properties.get("group.protocol"))) properties.put("heartbeat.interval.ms", "200");
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** A topic whose records have timestamps of long ago, and would soon be deleted for their age. */
    static NewTopic keepingOldRecords(String topic, int partitions) {
        return new NewTopic(topic, partitions, (short) 1).configs(Map.of("retention.ms", "-1"));
    }

    /** The protocol's error code of what failed, 0 if nothing did. */
    static int codeOf(KafkaFuture<?> attempt) throws InterruptedException {
        try {
            attempt.get();
            return 0;
        } catch (ExecutionException error) {
            return Errors.forException(error.getCause()).code();
        }
    }

    /** Repeats the step until the condition holds; fails after 30 s with what was waited for. */
    static void until(Supplier<String> what, BooleanSupplier condition, Step step) throws Exception {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) throw new AssertionError("waited 30 s for " + what.get());
            step.run();
        }
    }

    private Properties properties(String... settings) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", bootstrap);
        for (int index = 0; index < settings.length; index += 2) properties.put(settings[index], settings[index + 1]);
        return properties;
    }
}

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The driver of Java's kafka-clients: a scenario a line on stdin, its observations as a line of JSON on stdout. */
public final class Main {
    interface Scenario {
        Object observe(Scene scene, String[] words) throws Exception;
    }

    private static final Map<String, Scenario> SCENARIOS =
        Map.of(
            "topics", Topics::observe,
            "produce", Compression::produce,
            "read", Compression::read,
            "group", Groups::observe,
            "transactions", Transactions::observe,
            "administration", Administration::observe);

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        ObjectMapper json = new ObjectMapper();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] asked = line.split(" ");
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("scenario", asked[0]);
            try {
                Scenario scenario = SCENARIOS.get(asked[0]);
                if (scenario == null) throw new IllegalArgumentException("this driver has no scenario " + asked[0]);
                String[] words = Arrays.copyOfRange(asked, 2, asked.length);
                answer.put("observations", scenario.observe(new Scene(args[0], asked[1]), words));
            } catch (Exception | AssertionError error) {
                StringWriter trace = new StringWriter();
                error.printStackTrace(new PrintWriter(trace));
                answer.put("error", trace.toString());
            }
            out.println(json.writeValueAsString(answer));
        }
    }
}

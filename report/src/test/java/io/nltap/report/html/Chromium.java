// SPDX-License-Identifier: Apache-2.0
package io.nltap.report.html;

import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One tab of a real browser, driven by the Chrome DevTools Protocol. What it says of its own accord is kept. */
final class Chromium implements AutoCloseable {
    private static final int SECONDS = 30;
    private static final String SPEAKS = "DevTools listening on ";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    record Event(String method, JsonNode parameters) {}

    private final Process process;
    private final Path profile;
    private final Map<Integer, CompletableFuture<JsonNode>> calls = new ConcurrentHashMap<>();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final WebSocket socket;
    private final String session;
    private volatile CompletableFuture<Void> loaded = new CompletableFuture<>();
    private int lastCall;

    /** Starts it. That it is not there is a failure: without it nobody knows what the page looks like. */
    static Chromium open() throws IOException {
        Path profile = Files.createTempDirectory("chromium");
        Process process;
        try {
            process = new ProcessBuilder(
                            "chromium",
                            "--headless",
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-dev-shm-usage",
                            "--no-first-run",
                            "--disable-extensions",
                            "--disable-background-networking",
                            "--hide-scrollbars",
                            "--user-data-dir=" + profile,
                            "--remote-debugging-port=0",
                            "about:blank")
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            return fail("chromium cannot be run; install the Debian package chromium", e);
        }
        return new Chromium(process, profile, addressIn(process));
    }

    private Chromium(Process process, Path profile, URI address) {
        this.process = process;
        this.profile = profile;
        this.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(address, new Listener())
                .orTimeout(SECONDS, TimeUnit.SECONDS)
                .join();
        String target = call("Target.createTarget", Map.of("url", "about:blank"))
                .get("targetId")
                .textValue();
        this.session = call("Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                .get("sessionId")
                .textValue();
        Stream.of("Page.enable", "Runtime.enable", "Log.enable", "Network.enable")
                .forEach(domain -> tell(domain, Map.of()));
    }

    private static URI addressIn(Process process) throws IOException {
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        StringBuilder said = new StringBuilder();
        String line;
        while ((line = lines.readLine()) != null) {
            said.append(line).append('\n');
            if (line.startsWith(SPEAKS)) {
                drain(lines);
                return URI.create(line.substring(SPEAKS.length()));
            }
        }
        return fail("chromium ended before it listened: " + said);
    }

    /** So that it never waits for us to read. */
    private static void drain(BufferedReader lines) {
        Thread thread = new Thread(
                () -> {
                    try {
                        lines.transferTo(Writer.nullWriter());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                "chromium-output");
        thread.setDaemon(true);
        thread.start();
    }

    /** To the tab. */
    JsonNode tell(String method, Map<String, Object> parameters) {
        return send(method, parameters, session);
    }

    /** Opens a file and waits until it has been loaded; its script has run then. */
    void load(Path file) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        events.clear();
        loaded = done;
        tell("Page.navigate", Map.of("url", file.toUri().toString()));
        done.orTimeout(SECONDS, TimeUnit.SECONDS).join();
    }

    /** The value of an expression, awaited if it is a promise. */
    JsonNode evaluate(String expression) {
        JsonNode answer =
                tell("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
        if (answer.has("exceptionDetails")) {
            return fail(expression + ": " + answer.get("exceptionDetails"));
        }
        return answer.get("result").path("value");
    }

    List<Event> events(String method) {
        return events.stream().filter(event -> event.method().equals(method)).toList();
    }

    private JsonNode call(String method, Map<String, Object> parameters) {
        return send(method, parameters, null);
    }

    private JsonNode send(String method, Map<String, Object> parameters, String to) {
        int id = ++lastCall;
        ObjectNode message = MAPPER.createObjectNode().put("id", id).put("method", method);
        message.set("params", MAPPER.valueToTree(parameters));
        if (to != null) {
            message.put("sessionId", to);
        }
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        calls.put(id, answer);
        socket.sendText(message.toString(), true).join();
        return answer.orTimeout(SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() throws IOException {
        socket.abort();
        process.destroyForcibly();
        process.onExit().orTimeout(SECONDS, TimeUnit.SECONDS).join();
        try (Stream<Path> files = Files.walk(profile)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean isLast) {
            text.append(part);
            if (isLast) {
                take(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return CompletableFuture.completedStage(null);
        }

        private void take(String json) {
            try {
                JsonNode message = MAPPER.readTree(json);
                if (!message.has("id")) {
                    Event event = new Event(message.get("method").textValue(), message.get("params"));
                    events.add(event);
                    if (event.method().equals("Page.loadEventFired")) {
                        loaded.complete(null);
                    }
                } else if (message.has("error")) {
                    calls.remove(message.get("id").intValue())
                            .completeExceptionally(
                                    new AssertionError(message.get("error").toString()));
                } else {
                    calls.remove(message.get("id").intValue()).complete(message.get("result"));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Speaks the gateway's half of docs/design/0002-upload-protocol.md, and keeps what it gets. */
final class FakeGateway implements AutoCloseable {
    private static final String PATH = "/artifacts/";

    /** How it answers. */
    enum Mood {
        TAKES,
        /** Asks to come back later. */
        BUSY,
        /** Says no for good. */
        REFUSES
    }

    private final HttpServer server;
    private final String token;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, byte[]> files = new ConcurrentSkipListMap<>();
    private final ObjectMapper json = new ObjectMapper();
    private volatile Mood mood = Mood.TAKES;

    private FakeGateway(HttpServer server, String token) {
        this.server = server;
        this.token = token;
    }

    static FakeGateway open(String token) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 50);
        FakeGateway gateway = new FakeGateway(server, token);
        server.setExecutor(gateway.threads);
        server.createContext(PATH, gateway::handle);
        server.start();
        return gateway;
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    void be(Mood next) {
        mood = next;
    }

    /** By their keys. */
    Map<String, byte[]> files() {
        return files;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (!("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                answer(exchange, 401, "{\"error\": \"wrong token\"}");
            } else if (mood == Mood.BUSY) {
                answer(exchange, 503, "{\"error\": \"the store is away\"}");
            } else if (mood == Mood.REFUSES) {
                answer(exchange, 403, "{\"error\": \"this is not your capture\"}");
            } else {
                take(exchange, body);
            }
        }
    }

    private void take(HttpExchange exchange, byte[] body) throws IOException {
        String key = exchange.getRequestURI().getPath().substring(PATH.length());
        byte[] known = files.get(key);
        if (exchange.getRequestMethod().equals("POST")) {
            JsonNode offer = json.readTree(body);
            if (known == null) {
                answer(exchange, 202, "{\"to\": \"gateway\"}");
            } else if (sha256(known).equals(offer.path("sha256").asText())) {
                answer(exchange, 200, description(known));
            } else {
                answer(exchange, 409, "{\"error\": \"there is another file of that name\"}");
            }
            return;
        }
        String digest = exchange.getRequestHeaders().getFirst("Content-Digest");
        if (!digest.equals("sha-256=:" + base64(body) + ":")) {
            answer(exchange, 400, "{\"error\": \"the digest is another\"}");
            return;
        }
        files.put(key, body);
        answer(exchange, 201, description(body));
    }

    private static String description(byte[] file) {
        return "{\"size\": %d, \"sha256\": \"%s\"}".formatted(file.length, sha256(file));
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(digest(bytes));
    }

    private static String base64(byte[] bytes) {
        return java.util.Base64.getEncoder().encodeToString(digest(bytes));
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.upload;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the gateway said. */
sealed interface GatewayAnswer {

    /**
     * The store has the file.
     *
     * @param size bytes
     * @param sha256 lower-case hexadecimal
     */
    record Has(long size, String sha256) implements GatewayAnswer {}

    /** The gateway will take the file itself, at the address at which it was asked. */
    record Here() implements GatewayAnswer {}

    /**
     * The store will take the file at an address that is good for a short time, from whoever knows it.
     *
     * @param headers to be sent along
     */
    record There(URI address, Map<String, String> headers) implements GatewayAnswer {
        /** For messages: the query of the address is a credential. */
        String store() {
            return address.getScheme() + "://" + address.getAuthority();
        }
    }

    /**
     * An answer that is no success.
     *
     * @param mayRetry whether a later attempt may succeed although the status alone would mean the opposite
     */
    record No(int status, String error, boolean mayRetry, Optional<Duration> after) implements GatewayAnswer {}

    /**
     * No answer at all.
     *
     * @param why a whole sentence
     */
    record None(String why) implements GatewayAnswer {}

    /** The JDK's client sets them itself, and does not let others set them. */
    Set<String> NOT_OURS = Set.of("content-length", "host", "connection", "expect", "upgrade");

    int MAX_ERROR_LENGTH = 500;
    ObjectMapper JSON = new ObjectMapper();

    static GatewayAnswer of(HttpAnswer answer) {
        JsonNode body = json(answer.body());
        if (answer.isSuccess()) {
            return success(body).orElseGet(() -> stranger(answer));
        }
        Optional<String> error = text(body, "error");
        if (error.isEmpty()) {
            return stranger(answer);
        }
        return new No(answer.status(), cut(error.get()), body.path("retry").asBoolean(false), after(answer));
    }

    private static Optional<GatewayAnswer> success(JsonNode body) {
        Optional<String> sha256 = text(body, "sha256");
        if (body.path("size").isIntegralNumber() && sha256.isPresent()) {
            return Optional.of(new Has(body.path("size").longValue(), sha256.get()));
        }
        return switch (body.path("to").asText("")) {
            case "gateway" -> Optional.of(new Here());
            case "store" -> there(body);
            default -> Optional.empty();
        };
    }

    private static Optional<GatewayAnswer> there(JsonNode body) {
        URI address;
        try {
            address = URI.create(body.path("url").asText(""));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        boolean http = "https".equals(address.getScheme()) || "http".equals(address.getScheme());
        if (!http || address.getHost() == null) {
            return Optional.empty();
        }
        Map<String, String> headers = new LinkedHashMap<>();
        body.path("headers").properties().forEach(header -> {
            if (!NOT_OURS.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                headers.put(header.getKey(), header.getValue().asText());
            }
        });
        return Optional.of(new There(address, Map.copyOf(headers)));
    }

    /** A proxy's word, or another server's: never final. */
    private static No stranger(HttpAnswer answer) {
        String error = "this is not an answer of a gateway; is another server, or a proxy, at its address?";
        return new No(answer.status(), error, true, after(answer));
    }

    private static Optional<Duration> after(HttpAnswer answer) {
        return answer.headers()
                .firstValue("Retry-After")
                .filter(seconds -> seconds.matches("[0-9]{1,6}"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)));
    }

    private static Optional<String> text(JsonNode body, String field) {
        return body.path(field).isTextual() ? Optional.of(body.path(field).textValue()) : Optional.empty();
    }

    private static String cut(String text) {
        return text.length() <= MAX_ERROR_LENGTH ? text : text.substring(0, MAX_ERROR_LENGTH);
    }

    private static JsonNode json(String text) {
        try {
            JsonNode body = JSON.readTree(text);
            return body == null ? JSON.missingNode() : body;
        } catch (JsonProcessingException e) {
            return JSON.missingNode();
        }
    }
}

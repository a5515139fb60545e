// SPDX-License-Identifier: Apache-2.0
package io.nltap.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;

/** What all codecs here need of JSON. What is missing or of another type is a {@link Malformed}. */
final class Json {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final ObjectMapper LINES = new ObjectMapper();

    /** For use inside of this package: becomes a {@link FormatProblem}. */
    static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message);
        }
    }

    private Json() {}

    static ObjectNode object() {
        return LINES.createObjectNode();
    }

    static <T> ArrayNode array(Collection<T> all, Function<T, ? extends JsonNode> each) {
        ArrayNode array = LINES.createArrayNode();
        all.forEach(one -> array.add(each.apply(one)));
        return array;
    }

    static ArrayNode texts(Collection<String> all) {
        ArrayNode array = LINES.createArrayNode();
        all.forEach(array::add);
        return array;
    }

    static String line(JsonNode node) {
        try {
            return LINES.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON can be written", e);
        }
    }

    static byte[] pretty(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON can be written", e);
        }
    }

    /** @param what for the message, such as {@code a line of evidence.ndjson} */
    static <T> T read(String what, byte[] json, Function<JsonNode, T> reader) throws FormatProblem {
        try {
            JsonNode node = LINES.readTree(json);
            if (node == null || !node.isObject()) {
                throw new FormatProblem("%s is no JSON object".formatted(what));
            }
            return reader.apply(node);
        } catch (IOException e) {
            throw new FormatProblem("%s is no JSON: %s".formatted(what, firstLine(e)), e);
        } catch (Malformed | IllegalArgumentException e) {
            throw new FormatProblem("%s: %s".formatted(what, e.getMessage()), e);
        }
    }

    private static String firstLine(IOException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    static void put(ObjectNode node, String name, OptionalInt value) {
        if (value.isPresent()) {
            node.put(name, value.getAsInt());
        } else {
            node.putNull(name);
        }
    }

    static void put(ObjectNode node, String name, OptionalLong value) {
        if (value.isPresent()) {
            node.put(name, value.getAsLong());
        } else {
            node.putNull(name);
        }
    }

    static void put(ObjectNode node, String name, Optional<String> value) {
        node.put(name, value.orElse(null));
    }

    /** RFC 3339, in nanoseconds. */
    static String time(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS_PER_SECOND), Math.floorMod(nanos, NANOS_PER_SECOND))
                .toString();
    }

    static long nanos(JsonNode node, String name) {
        try {
            Instant instant = Instant.parse(text(node, name));
            return Math.addExact(
                    Math.multiplyExact(instant.getEpochSecond(), NANOS_PER_SECOND), (long) instant.getNano());
        } catch (DateTimeException | ArithmeticException e) {
            throw new Malformed("%s is no time: %s".formatted(name, node.get(name)));
        }
    }

    static JsonNode member(JsonNode node, String name) {
        JsonNode member = node.get(name);
        if (member == null) {
            throw new Malformed("%s is missing".formatted(name));
        }
        return member;
    }

    static long number(JsonNode node, String name) {
        JsonNode member = member(node, name);
        if (!member.canConvertToLong() || !member.isIntegralNumber()) {
            throw new Malformed("%s is no number: %s".formatted(name, shortened(member)));
        }
        return member.longValue();
    }

    static int integer(JsonNode node, String name) {
        long number = number(node, name);
        if (number != (int) number) {
            throw new Malformed("%s is too large: %d".formatted(name, number));
        }
        return (int) number;
    }

    static boolean bool(JsonNode node, String name) {
        JsonNode member = member(node, name);
        if (!member.isBoolean()) {
            throw new Malformed("%s is neither true nor false: %s".formatted(name, shortened(member)));
        }
        return member.booleanValue();
    }

    static String text(JsonNode node, String name) {
        JsonNode member = member(node, name);
        if (!member.isTextual()) {
            throw new Malformed("%s is no text: %s".formatted(name, shortened(member)));
        }
        return member.textValue();
    }

    static Optional<String> optionalText(JsonNode node, String name) {
        return node.hasNonNull(name) ? Optional.of(text(node, name)) : Optional.empty();
    }

    static OptionalLong optionalNumber(JsonNode node, String name) {
        return node.hasNonNull(name) ? OptionalLong.of(number(node, name)) : OptionalLong.empty();
    }

    static OptionalInt optionalInteger(JsonNode node, String name) {
        return node.hasNonNull(name) ? OptionalInt.of(integer(node, name)) : OptionalInt.empty();
    }

    static <T> List<T> list(JsonNode node, String name, Function<JsonNode, T> each) {
        JsonNode member = member(node, name);
        if (!member.isArray()) {
            throw new Malformed("%s is no list: %s".formatted(name, shortened(member)));
        }
        List<T> list = new ArrayList<>(member.size());
        member.forEach(one -> list.add(each.apply(one)));
        return list;
    }

    static List<String> texts(JsonNode node, String name) {
        return list(node, name, each -> {
            if (!each.isTextual()) {
                throw new Malformed("%s holds what is no text: %s".formatted(name, shortened(each)));
            }
            return each.textValue();
        });
    }

    private static String shortened(JsonNode node) {
        String text = node.toString();
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}

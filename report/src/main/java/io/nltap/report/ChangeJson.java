// SPDX-License-Identifier: Apache-2.0
package io.nltap.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nltap.netlink.change.Change;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** {@code changes.ndjson}: a line for each change; {@code docs/summary.md} describes it. */
public final class ChangeJson {
    private ChangeJson() {}

    /** Without the newline. */
    public static String line(Change change) {
        ObjectNode line = Json.object();
        line.put("time", Json.time(change.timeNanos()));
        line.put("netns", change.netns());
        line.set("who", PartyJson.who(change.who()));
        line.put("authorship", change.authorship().word());
        line.put("action", change.action().word());
        line.put("kind", change.kind());
        line.put("object", change.object());
        line.set("before", values(change.before()));
        line.set("after", values(change.after()));
        line.put("proof", change.proof().word());
        line.set("what", PartyJson.what(change.what()));
        return Json.line(line);
    }

    public static Change read(String line) throws FormatProblem {
        return Json.read("a line of changes.ndjson", line.getBytes(StandardCharsets.UTF_8), ChangeJson::change);
    }

    private static Change change(JsonNode line) {
        return new Change(
                Json.nanos(line, "time"),
                Json.text(line, "netns"),
                PartyJson.who(Json.member(line, "who")),
                named(Change.Authorship.values(), Change.Authorship::word, line, "authorship"),
                named(Change.Action.values(), Change.Action::word, line, "action"),
                Json.text(line, "kind"),
                Json.text(line, "object"),
                values(line, "before"),
                values(line, "after"),
                named(Change.Proof.values(), Change.Proof::word, line, "proof"),
                PartyJson.what(Json.member(line, "what")));
    }

    private static <T> T named(T[] all, Function<T, String> word, JsonNode line, String name) {
        String text = Json.text(line, name);
        return Arrays.stream(all)
                .filter(each -> word.apply(each).equals(text))
                .findFirst()
                .orElseThrow(() -> new Json.Malformed("%s is none: %s".formatted(name, text)));
    }

    private static Map<String, String> values(JsonNode line, String name) {
        JsonNode member = Json.member(line, name);
        Map<String, String> values = new LinkedHashMap<>();
        member.fieldNames().forEachRemaining(field -> values.put(field, Json.text(member, field)));
        return values;
    }

    private static ObjectNode values(Map<String, String> values) {
        ObjectNode node = Json.object();
        values.forEach(node::put);
        return node;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.nltap.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nltap.netlink.change.Change;
import java.util.Map;

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

    private static ObjectNode values(Map<String, String> values) {
        ObjectNode node = Json.object();
        values.forEach(node::put);
        return node;
    }
}

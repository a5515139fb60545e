// SPDX-License-Identifier: Apache-2.0
package io.nltap.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nltap.netlink.author.Party;
import io.nltap.netlink.dialog.Matter;

/** Who and what: the same in every file. */
final class PartyJson {
    private PartyJson() {}

    static ObjectNode who(Party who) {
        ObjectNode node = Json.object();
        Json.put(node, "pid", who.pid());
        Json.put(node, "comm", who.comm());
        Json.put(node, "container", who.container());
        Json.put(node, "pod", who.pod());
        return node;
    }

    static Party who(JsonNode node) {
        return new Party(
                Json.optionalInteger(node, "pid"),
                Json.optionalText(node, "comm"),
                Json.optionalText(node, "container"),
                Json.optionalText(node, "pod"));
    }

    static ObjectNode what(Matter what) {
        ObjectNode node = Json.object();
        node.put("protocol", what.protocol().isEmpty() ? null : what.protocol());
        node.put("type", what.type().isEmpty() ? null : what.type());
        Json.put(node, "seq", what.seq());
        return node;
    }

    static Matter what(JsonNode node) {
        return new Matter(
                Json.optionalText(node, "protocol").orElse(""),
                Json.optionalText(node, "type").orElse(""),
                Json.optionalNumber(node, "seq"));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.nltap.report.html;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nltap.netlink.analysis.Hang;
import io.nltap.netlink.analysis.Summary;
import java.util.function.ToDoubleFunction;

/** What the plots show, as JSON that may stand in a script element. Times are milliseconds since the epoch. */
final class PlotData {
    private static final double NANOS_PER_MILLI = 1e6;
    /** Points from left to right: more than a wide screen can tell apart at three pixels each. */
    static final int MAX_BINS = 400;

    static final int MAX_LANES = 24;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private PlotData() {}

    static String of(Summary summary, TimelineBins timeline) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("from", summary.fromNanos() / NANOS_PER_MILLI);
        root.put("to", summary.toNanos() / NANOS_PER_MILLI);
        root.put("bin", timeline.binNanos() / NANOS_PER_MILLI);
        root.set("at", numbers(timeline, bin -> bin.atNanos() / NANOS_PER_MILLI));
        root.set("requests", numbers(timeline, TimelineBins.Bin::requests));
        root.set("failed", numbers(timeline, TimelineBins.Bin::failed));
        root.set("unanswered", numbers(timeline, TimelineBins.Bin::unanswered));
        root.set("slowest", numbers(timeline, bin -> bin.slowestNanos() / NANOS_PER_MILLI));
        ArrayNode hangs = root.putArray("hangs");
        summary.hangs().stream().limit(MAX_LANES).forEach(hang -> hangs.add(hang(hang)));
        return safe(root);
    }

    private static ArrayNode numbers(TimelineBins timeline, ToDoubleFunction<TimelineBins.Bin> value) {
        ArrayNode array = MAPPER.createArrayNode();
        for (TimelineBins.Bin bin : timeline.bins()) {
            double number = value.applyAsDouble(bin);
            if (number == Math.rint(number)) {
                array.add((long) number);
            } else {
                array.add(number);
            }
        }
        return array;
    }

    private static ObjectNode hang(Hang hang) {
        ObjectNode node = MAPPER.createObjectNode();
        long since = hang.finding().sinceNanos();
        node.put("from", since / NANOS_PER_MILLI);
        node.put("to", (since + hang.lastedNanos()) / NANOS_PER_MILLI);
        node.put("over", hang.endNanos().isPresent());
        node.put(
                "name",
                VisibleText.of(hang.finding().hangClass().name() + " "
                        + PartyText.name(hang.finding().who())));
        return node;
    }

    /** No end of a script and no beginning of a comment can be in it. */
    private static String safe(ObjectNode root) {
        try {
            return MAPPER.writeValueAsString(root)
                    .replace("&", "\\u0026")
                    .replace("<", "\\u003c")
                    .replace(">", "\\u003e");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON can be written", e);
        }
    }
}

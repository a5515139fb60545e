// SPDX-License-Identifier: Apache-2.0
package io.nltap.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nltap.netlink.evidence.CaptureLosses;
import io.nltap.netlink.evidence.EvidenceSample;
import io.nltap.netlink.evidence.SocketHolder;
import io.nltap.netlink.evidence.SocketRow;
import io.nltap.netlink.evidence.TapHealth;
import io.nltap.netlink.evidence.TaskState;
import java.nio.charset.StandardCharsets;

/**
 * {@code evidence.ndjson}: a line for each sample of what was seen beside the wire; {@code docs/evidence.md} describes it.
 */
public final class EvidenceJson {
    private static final String WHAT = "a line of evidence.ndjson";

    private EvidenceJson() {}

    /** Without the newline. */
    public static String line(EvidenceSample sample) {
        ObjectNode line = Json.object();
        line.put("time", Json.time(sample.timeNanos()));
        line.put("netns", sample.netns());
        Json.put(line, "netnsInode", sample.netnsInode());
        line.set("sockets", Json.array(sample.sockets(), EvidenceJson::socket));
        line.set("holders", Json.array(sample.holders(), EvidenceJson::holder));
        line.set("tasks", Json.array(sample.tasks(), EvidenceJson::task));
        ObjectNode tap = line.putObject("tap");
        tap.put("opened", Json.time(sample.tap().openedNanos()));
        CaptureLosses losses = sample.tap().losses();
        tap.put("ringDrops", losses.ringDrops());
        tap.set("leftOut", Json.array(losses.leftOut(), EvidenceJson::leftOut));
        tap.put("otherTaps", sample.tap().otherTaps());
        line.put("omitted", sample.omitted());
        return Json.line(line);
    }

    public static EvidenceSample read(String line) throws FormatProblem {
        return Json.read(WHAT, line.getBytes(StandardCharsets.UTF_8), EvidenceJson::sample);
    }

    private static ObjectNode socket(SocketRow row) {
        ObjectNode node = Json.object();
        node.put("protocol", row.protocol());
        node.put("portId", row.portId());
        node.put("groups", row.groups());
        node.put("rmem", row.receiveBytes());
        Json.put(node, "rcvbuf", row.receiveLimit());
        node.put("wmem", row.sendBytes());
        node.put("dump", row.isDumping());
        node.put("locks", row.references());
        node.put("drops", row.drops());
        node.put("inode", row.inode());
        return node;
    }

    private static ObjectNode leftOut(CaptureLosses.LeftOut leftOut) {
        ObjectNode node = Json.object();
        node.put("protocol", leftOut.protocol());
        node.put("portId", leftOut.portId());
        node.put("datagrams", leftOut.datagrams());
        return node;
    }

    private static ObjectNode holder(SocketHolder holder) {
        ObjectNode node = Json.object();
        node.put("inode", holder.inode());
        node.put("pid", holder.pid());
        node.put("fd", holder.fd());
        return node;
    }

    private static ObjectNode task(TaskState task) {
        ObjectNode node = Json.object();
        node.put("pid", task.pid());
        node.put("tid", task.tid());
        node.put("seen", Json.time(task.seenNanos()));
        node.put("comm", task.comm());
        Json.put(node, "netnsInode", task.netnsInode());
        node.put("state", String.valueOf(task.state()));
        Json.put(node, "syscall", task.syscall());
        var arguments = node.putArray("arguments");
        task.arguments().forEach(arguments::add);
        Json.put(node, "fdInode", task.fdInode());
        Json.put(node, "wchan", task.wchan());
        node.set("stack", Json.texts(task.stack()));
        Json.put(node, "pod", task.pod());
        Json.put(node, "container", task.container());
        return node;
    }

    private static EvidenceSample sample(JsonNode line) {
        JsonNode tap = Json.member(line, "tap");
        long nanos = Json.nanos(line, "time");
        return new EvidenceSample(
                nanos,
                Json.text(line, "netns"),
                Json.optionalNumber(line, "netnsInode"),
                Json.list(line, "sockets", EvidenceJson::socketOf),
                Json.list(
                        line,
                        "holders",
                        each -> new SocketHolder(
                                Json.number(each, "inode"), Json.integer(each, "pid"), Json.integer(each, "fd"))),
                Json.list(line, "tasks", each -> taskOf(each, nanos)),
                new TapHealth(Json.nanos(tap, "opened"), losses(tap), Json.integer(tap, "otherTaps")),
                Json.integer(line, "omitted"));
    }

    private static CaptureLosses losses(JsonNode tap) {
        return new CaptureLosses(
                Json.number(tap, "ringDrops"),
                Json.list(
                        tap,
                        "leftOut",
                        each -> new CaptureLosses.LeftOut(
                                Json.integer(each, "protocol"),
                                Json.number(each, "portId"),
                                Json.number(each, "datagrams"))));
    }

    private static SocketRow socketOf(JsonNode node) {
        return new SocketRow(
                Json.integer(node, "protocol"),
                Json.number(node, "portId"),
                Json.number(node, "groups"),
                Json.number(node, "rmem"),
                Json.optionalNumber(node, "rcvbuf"),
                Json.number(node, "wmem"),
                Json.bool(node, "dump"),
                Json.integer(node, "locks"),
                Json.number(node, "drops"),
                Json.number(node, "inode"));
    }

    private static TaskState taskOf(JsonNode node, long sampleNanos) {
        String state = Json.text(node, "state");
        if (state.length() != 1) {
            throw new Json.Malformed("state is no single letter: " + state);
        }
        return new TaskState(
                Json.integer(node, "pid"),
                Json.integer(node, "tid"),
                node.has("seen") ? Json.nanos(node, "seen") : sampleNanos,
                Json.text(node, "comm"),
                Json.optionalNumber(node, "netnsInode"),
                state.charAt(0),
                Json.optionalInteger(node, "syscall"),
                Json.list(node, "arguments", JsonNode::longValue),
                Json.optionalNumber(node, "fdInode"),
                Json.optionalText(node, "wchan"),
                Json.texts(node, "stack"),
                Json.optionalText(node, "pod"),
                Json.optionalText(node, "container"));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.metrics;

/** Everything the agent counts, since it started. */
public enum AgentCounter {
    SESSIONS_STARTED("Node captures that this agent began to carry out."),
    SESSIONS_RECOVERED("Node captures left unfinished by an earlier agent, whose spool this one uploaded."),
    SESSIONS_REFUSED("Node captures that could not be understood and were answered with InvalidOrder."),
    TAPS_OPENED("Taps opened in a network namespace."),
    TAPS_FAILED("Attempts to open a tap that failed."),
    TAPS_LOST("Taps whose device or namespace went away in mid-capture."),
    TAPS_SWEPT("Devices left behind by an agent that died, removed at start."),
    FRAMES_WRITTEN("Datagrams written to segments."),
    FRAMES_DROPPED_BY_RING("Datagrams the kernel could not put into a packet ring because it was full."),
    FRAMES_DROPPED_BY_LIMITS("Datagrams read but not written because of a limit, the spool or the disk."),
    SEGMENTS_CLOSED("Segments closed and handed to the spool."),
    SEGMENTS_STORED("Segments whose storing was confirmed."),
    SEGMENTS_RECOVERED("Segments of an earlier agent found in the spool."),
    SEGMENTS_GIVEN_UP("Segments that the gateway refused for good, or that could not be read from the disk."),
    SEGMENTS_DISCARDED("Refused segments that were kept for a while and then deleted."),
    HANGS_FOUND("Hangs that were found in captures."),
    UPLOADS_RETRIED("Uploads that failed and are tried again."),
    PROCESS_SCANS("Scans of the process table."),
    PROCESS_SCAN_MICROS("Microseconds spent in scans of the process table."),
    STATUS_WRITES("Statuses written to the API server."),
    STATUS_WRITES_FAILED("Attempts to write a status that failed."),
    WATCH_BROKEN("Times the watch on node captures was lost.");

    private final String description;

    AgentCounter(String description) {
        this.description = description;
    }

    /** A sentence for a person. */
    public String description() {
        return description;
    }
}

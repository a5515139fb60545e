// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/** What became of one pod on its node. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TargetStatus(
        @Required @JsonPropertyDescription("UID of the pod.")
        String podUid,

        @JsonPropertyDescription("Name of the pod.") String podName,

        @JsonPropertyDescription("Waiting: no process of the pod has been found yet. Ended: with the session. Gone: the"
                + " pod went away in mid-capture.")
        State state,

        @JsonPropertyDescription("What is wrong with this pod's tap, if anything is.") @Nullable
        String message,

        @JsonPropertyDescription("Inode of the pod's network namespace, as in /proc/<pid>/ns/net.") @Nullable
        Long netns,

        @JsonPropertyDescription(
                "When capturing the pod began, by the node's clock, RFC 3339. What it said before is in" + " no file.")
        @Nullable
        String since,

        @JsonPropertyDescription(
                "What became of the datagrams of the pod's network namespace. In one that it shares, what is of"
                        + " others is out of scope here.")
        Counters counters) {

    public TargetStatus(
            String podUid,
            String podName,
            @Nullable State state,
            @Nullable String message,
            @Nullable Long netns,
            @Nullable String since,
            @Nullable Counters counters) {
        this.podUid = podUid;
        this.podName = podName;
        this.state = state == null ? State.WAITING : state;
        this.message = message;
        this.netns = netns;
        this.since = since;
        this.counters = counters == null ? Counters.ZERO : counters;
    }

    public enum State {
        /** No process of the pod has been found yet. */
        @JsonProperty("Waiting")
        WAITING,
        @JsonProperty("Capturing")
        CAPTURING,
        /** The capture of this pod ended with the session. */
        @JsonProperty("Ended")
        ENDED,
        /** The pod went away in mid-capture. */
        @JsonProperty("Gone")
        GONE,
        @JsonProperty("Failed")
        FAILED
    }
}

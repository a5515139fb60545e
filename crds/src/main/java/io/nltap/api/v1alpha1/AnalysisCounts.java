// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

public record AnalysisCounts(
        @JsonPropertyDescription("Requests that hang or hung, and other things that stand still or go in circles.")
        long findings,

        @JsonPropertyDescription(
                "Objects that were changed: links, addresses, routes, rules and so on, each change once.")
        long changes,

        @JsonPropertyDescription("Requests that the kernel, or another process, answered with an error.")
        long failedRequests,

        @JsonPropertyDescription(
                "Netlink messages that are in the segments and that the analysis has left out, because it could not"
                        + " keep up or had too little memory.")
        long skippedMessages) {

    public static final AnalysisCounts NONE = new AnalysisCounts(0, 0, 0, 0);

    public AnalysisCounts plus(AnalysisCounts other) {
        return new AnalysisCounts(
                findings + other.findings,
                changes + other.changes,
                failedRequests + other.failedRequests,
                skippedMessages + other.skippedMessages);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * Something that hangs or hung, in short; {@code summary.json} has all that is known of it. Texts that are too long are
 * cut, so that a status stays small whatever a process calls itself.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CaptureFinding(
        @Required
        @JsonPropertyDescription("What kind of hang, from A1 to E5; docs/summary.md lists them.")
        @JsonProperty("class")
        @Size(max = 3)
        String hangClass,

        @Required @JsonPropertyDescription("Since when, by the node's clock.") @Size(max = 40)
        String since,

        @JsonPropertyDescription("When it ended; not set while it lasts, or when that is not known.")
        @Size(max = 40)
        @Nullable
        String until,

        @Required @JsonPropertyDescription("Which process, with its pod and container.") @Size(max = 256)
        String who,

        @Required @JsonPropertyDescription("Which message: protocol, type and sequence number.") @Size(max = 128)
        String what,

        @Required @JsonPropertyDescription("What it waits for, and who holds the lock, if any.") @Size(max = 256)
        String sentence,

        @JsonPropertyDescription("On which node; set in the NetlinkCapture.") @Size(max = 253) @Nullable
        String node) {

    private static final int MAX_WHO = 256;
    private static final int MAX_WHAT = 128;
    private static final int MAX_SENTENCE = 256;

    public CaptureFinding {
        who = cut(who, MAX_WHO);
        what = cut(what, MAX_WHAT);
        sentence = cut(sentence, MAX_SENTENCE);
    }

    public CaptureFinding on(String nodeName) {
        return new CaptureFinding(hangClass, since, until, who, what, sentence, nodeName);
    }

    private static String cut(String text, int max) {
        if (text.length() <= max) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(max - 2)) ? max - 2 : max - 1;
        return text.substring(0, end) + "…";
    }
}

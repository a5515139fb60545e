// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

/** Whether the kernel can do something, as found out by trying. */
public sealed interface Support {

    /** It did. */
    record Yes() implements Support {}

    /** @param missing what it would take, such as {@code bpf_set_hash (Linux 4.9)} */
    record No(String missing) implements Support {}

    /** @param why what came in between, such as a missing capability */
    record Unclear(String why) implements Support {}

    Yes YES = new Yes();

    default boolean isYes() {
        return this instanceof Yes;
    }

    /** Why it cannot be had, a few words for people; empty when it can. */
    default String obstacle() {
        if (this instanceof No no) {
            return no.missing();
        }
        return this instanceof Unclear unclear ? unclear.why() : "";
    }
}

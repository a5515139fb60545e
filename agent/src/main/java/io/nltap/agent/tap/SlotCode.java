// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import static io.nltap.agent.linux.bpf.Register.R0;
import static io.nltap.agent.linux.bpf.Register.R1;
import static io.nltap.agent.linux.bpf.Register.R2;
import static io.nltap.agent.linux.bpf.Register.R7;
import static io.nltap.agent.linux.bpf.Register.R8;
import static io.nltap.agent.linux.bpf.Width.EIGHT_BYTES;
import static io.nltap.agent.linux.bpf.Width.FOUR_BYTES;

import io.nltap.agent.linux.bpf.Code;
import io.nltap.agent.linux.bpf.KernelFunction;

/** The pieces of a tagger's programs that write to a slot: its address is in R7, the frame's number in R8. */
final class SlotCode {

    private final Code code;
    private final boolean weaklyOrdered;

    /** @param weaklyOrdered whether the machine may show others two writes in another order than they were made in */
    SlotCode(Code code, boolean weaklyOrdered) {
        this.code = code;
        this.weaklyOrdered = weaklyOrdered;
    }

    /** Before anything else of the slot changes. */
    void invalidate() {
        if (weaklyOrdered) {
            code.move(R1, 0).exchange(FOUR_BYTES, R7, TagSlots.NUMBER, R1);
        } else {
            code.store(FOUR_BYTES, R7, TagSlots.NUMBER, 0);
        }
    }

    /** After everything else of the slot has changed. */
    void publish() {
        if (weaklyOrdered) {
            code.move(R1, R8).exchange(FOUR_BYTES, R7, TagSlots.NUMBER, R1);
        } else {
            code.store(FOUR_BYTES, R7, TagSlots.NUMBER, R8);
        }
    }

    /** What a program may ask for of the running task, if it gets it from there. */
    void noteTask(TagRecipe recipe, TaskSource from) {
        if (recipe.process() == from) {
            code.call(KernelFunction.GET_CURRENT_PID_TGID).store(EIGHT_BYTES, R7, TagSlots.PID_TGID, R0);
        }
        if (recipe.cgroup() == from) {
            code.call(KernelFunction.GET_CURRENT_CGROUP_ID).store(EIGHT_BYTES, R7, TagSlots.CGROUP_ID, R0);
        }
        if (recipe.comm() == from) {
            code.move(R1, R7)
                    .add(R1, TagSlots.COMM)
                    .move(R2, TagSlots.COMM_SIZE)
                    .call(KernelFunction.GET_CURRENT_COMM);
        }
    }
}

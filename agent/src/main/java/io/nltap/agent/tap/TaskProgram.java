// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import static io.nltap.agent.linux.bpf.Register.FP;
import static io.nltap.agent.linux.bpf.Register.R0;
import static io.nltap.agent.linux.bpf.Register.R2;
import static io.nltap.agent.linux.bpf.Register.R7;
import static io.nltap.agent.linux.bpf.Register.R8;
import static io.nltap.agent.linux.bpf.Width.EIGHT_BYTES;
import static io.nltap.agent.linux.bpf.Width.FOUR_BYTES;

import io.nltap.agent.linux.bpf.Code;
import io.nltap.agent.linux.bpf.Label;

/**
 * Finishes the slot that a {@link TagProgram} has begun, where that may not ask which task is running: what the kernel runs at
 * its tracepoint right behind traffic control may, and it is still the same task on the same processor.
 *
 * <pre>
 *   int finish(void *context) {
 *       struct pending *pending = bpf_map_lookup_elem(&amp;pending_of_this_processor, 0);
 *       u32 number = pending-&gt;number;
 *       *pending = 0;
 *       struct slot *slot = number ? bpf_map_lookup_elem(&amp;slots, number &amp; (count - 1)) : NULL;
 *       if (slot) {
 *           …the task, as the recipe says…
 *           slot-&gt;number = number;
 *       }
 *       return 0;
 *   }
 * </pre>
 */
final class TaskProgram {

    /** Where on the stack the key is kept. */
    private static final int KEY = -4;

    private final TagRecipe recipe;
    private final boolean weaklyOrdered;

    TaskProgram(TagRecipe recipe, boolean weaklyOrdered) {
        this.recipe = recipe;
        this.weaklyOrdered = weaklyOrdered;
    }

    /**
     * @param pending descriptor of {@link TaskRelay#pendingFd}
     * @param slots descriptor of the array of the slots
     * @param count how many slots there are, a power of two
     */
    Code code(int pending, int slots, int count) {
        Code code = new Code();
        SlotCode slot = new SlotCode(code, weaklyOrdered);
        Label end = new Label();
        code.store(FOUR_BYTES, FP, KEY, 0)
                .lookUp(pending, KEY, end)
                .load(FOUR_BYTES, R8, R0, TaskRelay.PENDING_NUMBER)
                .store(EIGHT_BYTES, R0, 0, 0)
                .jumpIfEqual(R8, 0, end)
                .move(R2, R8)
                .and(R2, count - 1)
                .store(FOUR_BYTES, FP, KEY, R2)
                .lookUp(slots, KEY, end)
                .move(R7, R0);
        slot.noteTask(recipe, TaskSource.TRACEPOINT);
        slot.publish();
        return code.bind(end).move(R0, 0).exit();
    }
}

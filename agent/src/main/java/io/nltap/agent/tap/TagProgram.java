// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import static io.nltap.agent.linux.bpf.Register.FP;
import static io.nltap.agent.linux.bpf.Register.R0;
import static io.nltap.agent.linux.bpf.Register.R1;
import static io.nltap.agent.linux.bpf.Register.R2;
import static io.nltap.agent.linux.bpf.Register.R6;
import static io.nltap.agent.linux.bpf.Register.R7;
import static io.nltap.agent.linux.bpf.Register.R8;
import static io.nltap.agent.linux.bpf.Register.R9;
import static io.nltap.agent.linux.bpf.Width.EIGHT_BYTES;
import static io.nltap.agent.linux.bpf.Width.FOUR_BYTES;

import io.nltap.agent.linux.BpfProgram;
import io.nltap.agent.linux.bpf.Code;
import io.nltap.agent.linux.bpf.KernelFunction;
import io.nltap.agent.linux.bpf.Label;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the kernel runs for every frame that leaves the tap: it numbers the frame, notes in the slot of that number who
 * sent it, and leaves the number in the frame's hash. Where it cannot tell the process, it marks the first frame of each port
 * id of a protocol: so somebody can look who that is while the socket is open. It changes nothing else of the frame and lets
 * every frame pass.
 *
 * <pre>
 *   int tag(struct __sk_buff *frame) {
 *       u32 number = atomic_fetch_add(&amp;counter, 1);
 *       if (number == 0)                                   // after 2^32 frames: 0 is "untagged"
 *           number = atomic_fetch_add(&amp;counter, 1);
 *       struct slot *slot = bpf_map_lookup_elem(&amp;slots, number &amp; (count - 1));
 *       if (slot) {
 *           slot-&gt;number = 0;
 *           slot-&gt;portid = frame-&gt;cb[1]; slot-&gt;group = frame-&gt;cb[2]; slot-&gt;type = frame-&gt;pkt_type;
 *           …the task, as the recipe says…
 *           slot-&gt;time = bpf_ktime_get_ns();
 *           slot-&gt;number = number;                          // or to be done by a TaskProgram
 *           bpf_set_hash(frame, number);
 *           u32 name = frame-&gt;protocol &lt;&lt; 16 ^ frame-&gt;cb[1];
 *           u32 *met = bpf_map_lookup_elem(&amp;met, (name ^ name &gt;&gt; 20) &amp; (MET - 1));
 *           if (frame-&gt;cb[1] != 0 &amp;&amp; met &amp;&amp; *met != name) {
 *               *met = name;
 *               frame-&gt;mark = FIRST;
 *           }
 *       }
 *       return TC_ACT_UNSPEC;
 *   }
 * </pre>
 */
final class TagProgram {

    /** Told to the kernel, which then refuses the functions that it keeps for programs under the GPL. */
    static final String LICENSE = "Apache-2.0";

    // struct __sk_buff   linux/bpf.h. On nlmon cb[] shows what netlink keeps there: cb[1] is portid and cb[2] dst_group
    // of
    // struct netlink_skb_parms (linux/netlink.h), behind the 8 bytes that traffic control has overwritten.
    private static final int SKB_PKT_TYPE = 4;
    private static final int SKB_MARK = 8;
    private static final int SKB_PROTOCOL = 16;
    private static final int SKB_CB_1 = 52;
    private static final int SKB_CB_2 = 56;

    /** The mark of frames with which a port id speaks for the first time, or for the first time since long. */
    static final int FIRST = 0x6e6c7461;

    /** Places for port ids that spoke lately, a power of two: one that has another's is met again. */
    static final int MET = 4096;

    /** What the protocol is shifted by to choose the place, too. */
    private static final int NAME_FOLD = 20;

    /** Where on the stack the key is kept. */
    private static final int KEY = -4;

    private final TagRecipe recipe;
    private final Optional<Relay> relay;
    private final OptionalInt met;
    private final Code code = new Code();
    private final SlotCode slot;

    /**
     * Who finishes the slots.
     *
     * @param pending descriptor of {@link TaskRelay#pendingFd}
     * @param place of this tap
     */
    record Relay(int pending, int place) {}

    /**
     * @param relay to the program that finishes the slots, if the recipe uses a tracepoint
     * @param met descriptor of a table of {@value #MET} numbers, if first frames are to be marked
     * @param weaklyOrdered whether the machine may show others two writes in another order than they were made in
     */
    TagProgram(TagRecipe recipe, Optional<Relay> relay, OptionalInt met, boolean weaklyOrdered) {
        this.recipe = recipe;
        this.relay = relay;
        this.met = met;
        this.slot = new SlotCode(code, weaklyOrdered);
    }

    /**
     * @param counter descriptor of an array of one number of 64 bits, the number of the next frame
     * @param slots descriptor of the array of the slots
     * @param count how many slots there are, a power of two
     */
    Code code(int counter, int slots, int count) {
        Label numbered = new Label();
        Label end = new Label();
        code.move(R6, R1); // the frame
        takeNumber(counter);
        code.jumpIfNotEqual(R8, 0, numbered);
        takeNumber(counter);
        code.bind(numbered)
                .move(R2, R8)
                .and(R2, count - 1)
                .store(FOUR_BYTES, FP, KEY, R2)
                .lookUp(slots, KEY, end)
                .move(R7, R0); // the slot
        slot.invalidate();
        noteSocket();
        slot.noteTask(recipe, TaskSource.HELPER);
        code.call(KernelFunction.KTIME_GET_NS).store(EIGHT_BYTES, R7, TagSlots.TIME, R0);
        if (relay.isPresent()) {
            handOver(relay.get(), end);
        } else {
            slot.publish();
        }
        code.move(R1, R6).move(R2, R8).call(KernelFunction.SET_HASH);
        met.ifPresent(table -> markFirst(table, end));
        code.bind(end).move(R0, BpfProgram.TC_ACT_UNSPEC).exit();
        return code;
    }

    /** {@code pending-&gt;number = number; pending-&gt;place = place;} of this processor: the slot is finished elsewhere. */
    private void handOver(Relay relay, Label end) {
        code.store(FOUR_BYTES, FP, KEY, 0)
                .lookUp(relay.pending(), KEY, end)
                .store(FOUR_BYTES, R0, TaskRelay.PENDING_NUMBER, R8)
                .store(FOUR_BYTES, R0, TaskRelay.PENDING_PLACE, relay.place());
    }

    private void markFirst(int table, Label end) {
        code.load(FOUR_BYTES, R9, R6, SKB_CB_1)
                .jumpIfEqual(R9, 0, end) // the kernel's
                .load(FOUR_BYTES, R1, R6, SKB_PROTOCOL)
                .shiftLeft(R1, Short.SIZE)
                .xor(R9, R1) // now the name
                .move(R1, R9)
                .shiftRight(R1, NAME_FOLD)
                .xor(R1, R9)
                .and(R1, MET - 1)
                .store(FOUR_BYTES, FP, KEY, R1)
                .lookUp(table, KEY, end)
                .load(FOUR_BYTES, R1, R0, 0)
                .jumpIfEqual(R1, R9, end)
                .store(FOUR_BYTES, R0, 0, R9)
                .move(R1, FIRST)
                .store(FOUR_BYTES, R6, SKB_MARK, R1);
    }

    private void takeNumber(int counter) {
        code.loadMapValue(R1, counter, 0)
                .move(R8, 1)
                .fetchAndAdd(EIGHT_BYTES, R1, 0, R8)
                .cutTo32Bits(R8);
    }

    private void noteSocket() {
        code.load(FOUR_BYTES, R1, R6, SKB_CB_1)
                .store(FOUR_BYTES, R7, TagSlots.PORT_ID, R1)
                .load(FOUR_BYTES, R1, R6, SKB_CB_2)
                .store(FOUR_BYTES, R7, TagSlots.GROUP, R1)
                .load(FOUR_BYTES, R1, R6, SKB_PKT_TYPE)
                .store(FOUR_BYTES, R7, TagSlots.PACKET_TYPE, R1);
    }
}

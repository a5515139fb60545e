// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux.bpf;

import java.util.ArrayList;
import java.util.List;

/** A place in one {@link Code} to which jumps before it lead; it is bound once. */
public final class Label {

    private final List<Integer> jumps = new ArrayList<>();

    void jumpedTo(int instruction) {
        jumps.add(instruction);
    }

    List<Integer> jumps() {
        return jumps;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import java.util.ArrayList;
import java.util.List;

/** The first so many problems of a file: a hostile one may have one in each of its million blocks. */
final class Problems {
    static final int MAX = 100;

    private final List<CaptureProblem> problems = new ArrayList<>();

    void add(long offset, CaptureProblem.Reason reason, String message) {
        if (problems.size() < MAX) {
            problems.add(new CaptureProblem(offset, reason, message));
        }
    }

    List<CaptureProblem> list() {
        return List.copyOf(problems);
    }
}

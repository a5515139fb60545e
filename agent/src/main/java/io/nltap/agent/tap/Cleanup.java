// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import java.util.List;
import java.util.stream.Stream;

/**
 * What cleaning up did.
 *
 * @param devicesRemoved left-overs of ours that were deleted
 * @param problems what could not be looked at or removed, a sentence each; no more than a reader takes in
 * @param module what became of the nlmon module
 */
public record Cleanup(int devicesRemoved, List<String> problems, ModuleFate module) {

    private static final int PROBLEMS_SHOWN = 10;

    public Cleanup {
        problems = problems.size() <= PROBLEMS_SHOWN ? List.copyOf(problems) : shortened(problems);
    }

    private static List<String> shortened(List<String> problems) {
        return Stream.concat(
                        problems.stream().limit(PROBLEMS_SHOWN),
                        Stream.of("and %d more like these".formatted(problems.size() - PROBLEMS_SHOWN)))
                .toList();
    }
}

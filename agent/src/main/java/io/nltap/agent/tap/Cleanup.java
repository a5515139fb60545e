// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import java.util.List;

/**
 * What cleaning up did.
 *
 * @param devicesRemoved left-overs of ours that were deleted
 * @param problems what could not be looked at or removed, a sentence each
 * @param module what became of the nlmon module
 */
public record Cleanup(int devicesRemoved, List<String> problems, ModuleFate module) {

    public Cleanup {
        problems = List.copyOf(problems);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.evidence;

import io.nltap.agent.frame.ProcessIdentity;
import java.util.Map;

/** What of a sight a capture may have. Asked by the thread that looks; must not wait. */
public abstract class SightScope {

    /** For who may see the whole machine. */
    public static final SightScope EVERYTHING = new SightScope() {
        @Override
        Sight restrict(Sight sight, Map<Integer, ProcessIdentity> processes) {
            return sight;
        }
    };

    SightScope() {}

    /** @param processes by their ids, as they were when the sight was taken */
    abstract Sight restrict(Sight sight, Map<Integer, ProcessIdentity> processes);
}

// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.scope;

/** What becomes of a frame. */
public enum Verdict {
    KEEP,
    /** Nobody whose traffic is wanted has to do with it, or nobody can tell whether that is so. */
    OUT_OF_SCOPE,
    /** Of somebody whose traffic is wanted, but the filter leaves it out. */
    FILTERED,
    /** A copy of the frame before it, for one more listener. */
    DUPLICATE,
    /**
     * A notification that nobody hears but this process: it only exists because this process listens. Of somebody whose
     * traffic is wanted, but nothing that was said there.
     */
    OVERHEARD
}

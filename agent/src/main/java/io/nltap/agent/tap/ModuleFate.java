// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

/** What became of the nlmon module when taps were removed. */
public enum ModuleFate {
    /** It was us who had it loaded, nobody needed it any more, and it is gone. */
    REMOVED,
    /** It is not there, is built in, or was there before us. */
    NOT_OURS,
    /** Some network namespace of the node still holds an nlmon device. */
    IN_USE,
    /** Some network namespace could not be looked at, or the kernel would not remove it: it stays. */
    UNCERTAIN
}

// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.gateway;

/** Whether somebody may do what they ask for. */
sealed interface Access {

    /** @param who for the log */
    record Granted(String who) implements Access {}

    record Denied(Refusal refusal) implements Access {}

    static Denied denied(int status, String error) {
        return new Denied(Refusal.of(status, error));
    }
}

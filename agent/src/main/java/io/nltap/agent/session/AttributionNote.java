// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.frame.TagMode;
import io.nltap.agent.frame.Tagging;
import io.nltap.api.v1alpha1.Attributing;
import io.nltap.api.v1alpha1.AttributionMode;
import java.util.Optional;

/** Remembers how a session's taps tell whose frames are; of taps that differ the one that can tell the least. */
final class AttributionNote {
    private Optional<Attributing> worst = Optional.empty();

    void note(NetnsTap tap) {
        Attributing now = of(tap.tagging());
        if (worst.isEmpty() || worst.get().mode().compareTo(now.mode()) <= 0) {
            worst = Optional.of(now);
        }
    }

    Optional<Attributing> worst() {
        return worst;
    }

    static Attributing of(Tagging tagging) {
        String reason = tagging.lacking();
        return new Attributing(mode(tagging.mode()), reason.isEmpty() ? null : reason);
    }

    private static AttributionMode mode(TagMode mode) {
        return switch (mode) {
            case TASK -> AttributionMode.PROCESS;
            case SOCKET -> AttributionMode.SOCKET;
            case NONE -> AttributionMode.LOOKUP;
        };
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.status;

import io.nltap.api.v1alpha1.CapturePhase;

/** Phases in the spelling of the API, which is also the reason of events and of the condition Complete. */
final class PhaseWords {
    private PhaseWords() {}

    static String of(CapturePhase phase) {
        return switch (phase) {
            case PENDING -> "Pending";
            case CAPTURING -> "Capturing";
            case UPLOADING -> "Uploading";
            case SUCCEEDED -> "Succeeded";
            case PARTIALLY_SUCCEEDED -> "PartiallySucceeded";
            case FAILED -> "Failed";
        };
    }
}

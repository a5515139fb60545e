// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.gateway;

import io.nltap.api.v1alpha1.CaptureRef;
import java.util.Optional;

/** Lets users fetch the files of captures, by what RBAC allows them in the namespace of the capture. */
final class UserDoor {
    private final Reviews reviews;

    UserDoor(Reviews reviews) {
        this.reviews = reviews;
    }

    Access open(Optional<String> token, CaptureRef capture) {
        if (token.isEmpty()) {
            return Access.denied(
                    401,
                    "a token is missing: send 'Authorization: Bearer <token>', with a token that the API"
                            + " server takes, such as that of 'kubectl create token <service account>'");
        }
        Optional<Caller> caller = reviews.user(token.get());
        if (caller.isEmpty()) {
            return Access.denied(
                    401, "the API server does not accept this token: it is expired, or of another cluster");
        }
        Permission permission = Permission.toFetchFiles(capture.namespace(), capture.name());
        if (!reviews.allows(caller.get(), permission)) {
            return Access.denied(
                    403,
                    "%s may not %s; an administrator can grant it with a RoleBinding to the ClusterRole"
                                    .formatted(caller.get().user(), permission)
                            + " nltap-edit in that namespace");
        }
        return new Access.Granted(caller.get().user());
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

/** Names one NodeCapture, and that very one: a later one of the same name has another UID. */
public record NodeCaptureRef(String namespace, String name, String uid) {

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}

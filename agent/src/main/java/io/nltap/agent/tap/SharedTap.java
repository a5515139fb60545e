// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import io.nltap.agent.frame.TagSource;
import io.nltap.agent.frame.Tagging;
import io.nltap.agent.linux.NetNs;
import io.nltap.api.v1alpha1.ModuleState;

/** The one device of a namespace and how many share it; guarded by {@link Taps}. */
final class SharedTap implements AutoCloseable {

    private final NetNs namespace;
    private final TapDevice device;
    private final ModuleState module;
    private int users;
    private boolean open = true;

    SharedTap(NetNs namespace, TapDevice device, ModuleState module) {
        this.namespace = namespace;
        this.device = device;
        this.module = module;
    }

    NetNs namespace() {
        return namespace;
    }

    TapDevice device() {
        return device;
    }

    ModuleState module() {
        return module;
    }

    TagSource tags() {
        return TagSource.NONE;
    }

    Tagging tagging() {
        return Tagging.none("this version of the agent makes no tags");
    }

    void join() {
        users++;
    }

    /** Whether the last user left just now. */
    boolean leave() {
        users--;
        return users == 0;
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            device.close();
            namespace.close();
        }
    }
}

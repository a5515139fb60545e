// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import io.nltap.agent.frame.TagSource;
import io.nltap.agent.frame.Tagging;
import io.nltap.agent.linux.NetNs;
import io.nltap.api.v1alpha1.ModuleState;

/** The one device of a namespace and how many share it; guarded by {@link Taps}. */
final class SharedTap implements AutoCloseable {

    private final NetNs namespace;
    private final TaggedDevice tagged;
    private final ModuleState module;
    private int users;
    private boolean open = true;

    SharedTap(NetNs namespace, TaggedDevice tagged, ModuleState module) {
        this.namespace = namespace;
        this.tagged = tagged;
        this.module = module;
    }

    NetNs namespace() {
        return namespace;
    }

    TapDevice device() {
        return tagged.device();
    }

    ModuleState module() {
        return module;
    }

    TagSource tags() {
        return tagged.tagger().tags();
    }

    Tagging tagging() {
        return tagged.tagger().tagging();
    }

    void join() {
        users++;
    }

    /** Whether the last user left just now. */
    boolean leave() {
        users--;
        return users == 0;
    }

    /** To be called when nobody can be asking for tags any more. */
    void freeTags() {
        tagged.tagger().close();
    }

    /** Takes the device away. The tags of what it showed can still be read, by those who have not left yet. */
    @Override
    public void close() {
        if (open) {
            open = false;
            tagged.device().close();
            namespace.close();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import io.nltap.agent.frame.OwnGroups;
import io.nltap.agent.frame.TagSource;
import io.nltap.agent.frame.Tagging;
import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.NetNs;
import io.nltap.api.v1alpha1.ModuleState;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one device of a namespace and how many share it, and the one subscription to what changes there and how many want it;
 * guarded by {@link Taps}.
 */
final class SharedTap implements AutoCloseable {

    private final NetNs namespace;
    private final TaggedDevice tagged;
    private final ModuleState module;
    private int users;
    private int listening;
    private boolean open = true;

    /** Also when it was closed, for what has not been read yet. */
    private volatile @Nullable ChangeSubscription changes;

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

    boolean marksFirst() {
        return tagged.tagger().marksFirst();
    }

    void join() {
        users++;
    }

    /** Whether the last user left just now. */
    boolean leave() {
        users--;
        return users == 0;
    }

    /** One more of its users wants to know what changes. */
    void listen(ChangeSubscriptions subscriptions) throws KernelException, InterruptedException {
        if (listening == 0) {
            changes = subscriptions.open(namespace);
        }
        listening++;
    }

    void listenNoMore(ChangeSubscriptions subscriptions) {
        ChangeSubscription last = changes;
        listening--;
        if (listening == 0 && last != null) {
            subscriptions.close(last);
        }
    }

    /** Any thread. */
    boolean isListened(int protocol, int group, long nanos) {
        ChangeSubscription last = changes;
        return last != null && last.include(protocol, group, nanos);
    }

    /** Notifications that could not be heard; meaningful while somebody listens. */
    long missed() {
        ChangeSubscription last = changes;
        return last == null ? 0 : last.dropped();
    }

    /** Interface indexes of nltap's devices that were in the namespace when somebody began to listen. */
    Set<Integer> ownDevices() {
        ChangeSubscription last = changes;
        return last == null ? Set.of(device().link().index()) : last.ownDevices();
    }

    OwnGroups ownGroups() {
        return this::isListened;
    }

    /** To be called when nobody can be asking for tags any more. */
    void freeTags() {
        tagged.tagger().close();
    }

    /** Everybody's end at once. */
    void abandon(ChangeSubscriptions subscriptions) {
        ChangeSubscription last = changes;
        if (listening > 0 && last != null) {
            listening = 0;
            subscriptions.close(last);
        }
        close();
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

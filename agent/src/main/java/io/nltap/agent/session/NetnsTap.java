// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.frame.Attributor;
import io.nltap.agent.frame.FrameSource;
import io.nltap.agent.frame.Listeners;
import io.nltap.agent.frame.OwnGroups;
import io.nltap.agent.frame.TagSource;
import io.nltap.agent.frame.Tagging;
import io.nltap.agent.linux.NetNs;
import io.nltap.api.v1alpha1.Engine;
import io.nltap.api.v1alpha1.ModuleState;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * An open tap of one network namespace, with its source of frames.
 *
 * @param netns inode of the namespace that it really is in, which may not be the one that was meant
 * @param namespace belongs to {@code device}
 * @param name of the nlmon device
 * @param tags of the frames of {@code source}; not to be asked after {@link #close}
 * @param tagging how they are tagged
 * @param attributor of these frames
 * @param listeners in the namespace
 * @param ownGroups to which this process listens in the namespace, for this session or for another one
 * @param ownDevices interface indexes of devices of nltap's, of whichever of its processes
 * @param missed notifications that were not made for this process, as it did not empty its sockets fast enough; not to be
 *     asked after {@link #close}
 * @param device to be closed after the source
 */
record NetnsTap(
        long netns,
        NetNs namespace,
        String name,
        FrameSource source,
        TagSource tags,
        Tagging tagging,
        Attributor attributor,
        Listeners listeners,
        OwnGroups ownGroups,
        Set<Integer> ownDevices,
        LongSupplier missed,
        Engine engine,
        ModuleState module,
        Device device)
        implements AutoCloseable {

    /** What is left of the device when its source is closed. */
    interface Device extends AutoCloseable {
        @Override
        void close();
    }

    TapFeed feed() {
        return new TapFeed(source, tags, attributor);
    }

    /** Also gives up the namespace. */
    @Override
    public void close() {
        try {
            source.close();
        } finally {
            device.close();
        }
    }
}

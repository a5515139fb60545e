// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import io.nltap.agent.frame.CaptureException;
import io.nltap.agent.linux.KernelException;

/** A tap's device and what tags its frames. */
record TaggedDevice(TapDevice device, Tagger tagger) implements AutoCloseable {

    /**
     * Makes both in the namespace of the calling thread.
     *
     * @param frames as in {@link Taggers#open}
     * @throws KernelException as in {@link TapDevice#open}
     */
    static TaggedDevice open(Installation installation, Taggers taggers, long frames)
            throws KernelException, CaptureException {
        TapDevice device = TapDevice.open(installation);
        try {
            return new TaggedDevice(device, taggers.open(device.link().index(), frames));
        } catch (RuntimeException e) {
            device.close();
            throw e;
        }
    }

    @Override
    public void close() {
        device.close();
        tagger.close();
    }
}

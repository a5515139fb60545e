// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

import java.util.Arrays;
import java.util.Optional;

/** Why a capture cannot go on. The word reaches status, alerts and scripts: it never changes its meaning. */
public enum Reason {
    /** The node's kernel has no nlmon, neither built in nor as a module it can load. */
    NO_NLMON("NoNlmon"),
    /** The kernel refused a call for want of a capability, which the message names. */
    MISSING_CAPABILITY("MissingCapability"),
    /** The process, and with it the way into its network namespace, has ended. */
    NETWORK_NAMESPACE_GONE("NetworkNamespaceGone"),
    /** Somebody else's interface has the name of our tap. */
    DEVICE_NAME_TAKEN("DeviceNameTaken"),
    /** No memory for a packet ring: the agent's budget is spent, or the kernel's. */
    OUT_OF_RING_MEMORY("OutOfRingMemory"),
    /** The kernel refused a call for another reason; the message has the error. */
    KERNEL_REFUSED("KernelRefused"),
    /** The agent cannot remember on the node what it did there, and so does not begin. */
    NODE_STATE_UNWRITABLE("NodeStateUnwritable"),
    /** The spool's disk or its bound is full. */
    SPOOL_FULL("SpoolFull"),
    /** The spool's disk did not take or give bytes, for another reason than being full. */
    DISK_ERROR("DiskError"),
    /** The order cannot be understood or carried out. */
    INVALID_ORDER("InvalidOrder"),
    /** No pod of the order can be captured. */
    NO_USABLE_TARGET("NoUsableTarget"),
    /** The agent was told to end before the capture had ended. */
    AGENT_STOPPED("AgentStopped"),
    /** The agent died before the capture had ended; its successor uploaded what there was. */
    AGENT_RESTARTED("AgentRestarted"),
    /** The gateway will not take a segment, or the segment is no longer what it was. */
    UPLOAD_REFUSED("UploadRefused"),
    /** The agent has a fault; its log has the details. */
    INTERNAL_ERROR("InternalError");

    private final String word;

    Reason(String word) {
        this.word = word;
    }

    /** One word in CamelCase, as conditions have it. */
    public String word() {
        return word;
    }

    /** The reason with that word, if there is one. */
    public static Optional<Reason> of(String word) {
        return Arrays.stream(values())
                .filter(reason -> reason.word.equals(word))
                .findFirst();
    }

    @Override
    public String toString() {
        return word;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import io.nltap.agent.frame.CaptureException;
import io.nltap.agent.frame.KernelRefusal;
import io.nltap.agent.frame.Reason;
import io.nltap.agent.linux.Capability;
import io.nltap.agent.linux.Errno;
import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.Link;
import io.nltap.agent.linux.NetNamespaces;
import io.nltap.agent.linux.NetNs;
import io.nltap.agent.linux.NetNsId;
import io.nltap.api.v1alpha1.ModuleState;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The taps of this agent: at most one device for each network namespace of the node, shared by all who ask for it. Making
 * and removing devices waits for the kernel's rtnl lock, and so may take as long as others hold that.
 */
public final class Taps implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Taps.class);

    private final Installation installation;
    private final NetNamespaces namespaces;
    private final NlmonModule module;
    private final Taggers taggers;
    private final ChangeSubscriptions changes;
    private final Map<NetNsId, SharedTap> open = new HashMap<>();

    public Taps(Installation installation, NetNamespaces namespaces, NlmonModule module, Taggers taggers) {
        this(installation, namespaces, module, taggers, ChangeSubscriptions.usual());
    }

    Taps(
            Installation installation,
            NetNamespaces namespaces,
            NlmonModule module,
            Taggers taggers,
            ChangeSubscriptions changes) {
        this.changes = changes;
        this.installation = installation;
        this.namespaces = namespaces;
        this.module = module;
        this.taggers = taggers;
    }

    /**
     * A tap in the namespace of a process.
     *
     * @param pid in the numbering of the node's /proc
     * @param frames how many the caller may have captured and not read; if the tap is there already it has the room that
     *     who opened it first wanted
     * @throws CaptureException with {@link Reason#NETWORK_NAMESPACE_GONE} when the process has ended, and the reasons of
     *     {@link #open(NetNs, long)}
     */
    public Tap open(int pid, long frames) throws CaptureException, InterruptedException {
        try (NetNs namespace = namespaces.open(pid)) {
            return open(namespace, frames);
        } catch (KernelException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ESRCH)) {
                throw new CaptureException(
                        Reason.NETWORK_NAMESPACE_GONE,
                        "process %d ended before its network namespace could be opened: %s"
                                .formatted(pid, e.getMessage()),
                        e);
            }
            throw KernelRefusal.of("cannot open the network namespace of process " + pid, e, Capability.CAP_SYS_PTRACE);
        } catch (IOException e) {
            throw new CaptureException(
                    Reason.NETWORK_NAMESPACE_GONE,
                    "cannot tell which network namespace process %d is in: %s".formatted(pid, e.getMessage()),
                    e);
        }
    }

    /**
     * A tap in a namespace, whose handle remains the caller's.
     *
     * @param frames as in {@link #open(int, long)}
     * @throws CaptureException {@link Reason#NO_NLMON}, {@link Reason#MISSING_CAPABILITY},
     *     {@link Reason#DEVICE_NAME_TAKEN}, {@link Reason#NODE_STATE_UNWRITABLE} or {@link Reason#KERNEL_REFUSED}
     * @throws InterruptedException when interrupted while the kernel was at work; what it still makes is taken away
     */
    public synchronized Tap open(NetNs namespace, long frames) throws CaptureException, InterruptedException {
        SharedTap shared = open.get(namespace.id());
        if (shared == null || !isAlive(shared)) {
            shared = openShared(namespace, frames);
            open.put(namespace.id(), shared);
        }
        shared.join();
        return new Tap(this, shared);
    }

    /** Whether the device is still there and up: somebody may have deleted it under the eyes of those who share it. */
    private static boolean isAlive(SharedTap shared) throws CaptureException, InterruptedException {
        Link link = shared.device().link();
        try {
            return shared.namespace().visit(() -> TapDevice.isAlive(link));
        } catch (KernelException e) {
            throw refusal(shared.namespace(), e);
        }
    }

    private SharedTap openShared(NetNs namespace, long frames) throws CaptureException, InterruptedException {
        NetNs own = duplicate(namespace);
        try {
            TaggedDevice tagged = openDevice(own, frames);
            ModuleState how = settleModule(tagged);
            LOG.atInfo()
                    .addKeyValue("netns", own.id())
                    .addKeyValue("device", tagged.device().link().name())
                    .addKeyValue("module", how)
                    .addKeyValue("tags", tagged.tagger().tagging().mode())
                    .log("tap opened");
            return new SharedTap(own, tagged, how);
        } catch (CaptureException | RuntimeException e) {
            own.close();
            // The attempt may have had the module loaded all the same.
            removeModuleAfterLastTap();
            throw e;
        } catch (InterruptedException e) {
            // Called back because the kernel did not answer: asking it more would only wait again. The next sweep does.
            own.close();
            throw e;
        }
    }

    private static NetNs duplicate(NetNs namespace) throws CaptureException {
        try {
            return namespace.openDuplicate();
        } catch (KernelException e) {
            throw KernelRefusal.of("cannot hold the network namespace " + namespace, e, Capability.CAP_SYS_ADMIN);
        }
    }

    private TaggedDevice openDevice(NetNs namespace, long frames) throws CaptureException, InterruptedException {
        try {
            module.expectAutoload();
            try {
                return namespace.visit(() -> TaggedDevice.open(installation, taggers, frames));
            } catch (KernelException e) {
                if (!e.is(Errno.EOPNOTSUPP)) {
                    throw e;
                }
                // The kernel neither has it nor could find modprobe or the module by itself.
                module.insert();
                return namespace.visit(() -> TaggedDevice.open(installation, taggers, frames));
            }
        } catch (KernelException e) {
            throw refusal(namespace, e);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private static CaptureException refusal(NetNs namespace, KernelException e) {
        boolean entering = e.call().equals("setns");
        return KernelRefusal.of(
                entering ? "cannot enter the network namespace " + namespace : "cannot make a tap in " + namespace,
                e,
                entering ? Capability.CAP_SYS_ADMIN : Capability.CAP_NET_ADMIN);
    }

    /** @throws InterruptedException when it was the interrupt that closed the file */
    private static CaptureException unwritable(IOException e) throws InterruptedException {
        if (e instanceof ClosedByInterruptException) {
            Thread.interrupted();
            throw new InterruptedException("called back while noting how nlmon came to be loaded");
        }
        return new CaptureException(
                Reason.NODE_STATE_UNWRITABLE,
                "cannot note on the node how nlmon came to be loaded, and so could not leave the node as it was: " + e,
                e);
    }

    private ModuleState settleModule(TaggedDevice tagged) throws CaptureException, InterruptedException {
        try {
            return module.settle();
        } catch (IOException e) {
            tagged.close();
            throw unwritable(e);
        }
    }

    /** @return what had been missed before */
    synchronized long listen(SharedTap shared) throws KernelException, InterruptedException {
        shared.listen(changes);
        return shared.missed();
    }

    synchronized long missed(SharedTap shared) {
        return shared.missed();
    }

    /** @param listening whether it is also the end of a {@link #listen} */
    synchronized void release(SharedTap shared, boolean listening) {
        if (listening) {
            shared.listenNoMore(changes); // before the device goes, which is no change of anybody's
        }
        if (shared.leave()) {
            // Unless another device has taken its place.
            open.remove(shared.namespace().id(), shared);
            shared.close();
            shared.freeTags();
            LOG.atInfo()
                    .addKeyValue("netns", shared.namespace().id())
                    .addKeyValue("device", shared.device().link().name())
                    .log("tap closed");
            removeModuleAfterLastTap();
        }
    }

    private void removeModuleAfterLastTap() {
        try {
            if (open.isEmpty() && module.isOurs()) {
                sweep();
            }
        } catch (InterruptedException e) {
            // Whoever interrupts wants this thread back; the module is seen to at the next sweep.
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("could not tell whether nlmon is ours to unload");
        }
    }

    /**
     * Deletes, in every namespace of the node, devices that carry our mark and belong to no open tap: what an agent left
     * that was killed. Then takes the module out if it was us who had it loaded and no nlmon device remains anywhere.
     */
    public synchronized Cleanup sweep() throws InterruptedException {
        NodeSweep sweep = new NodeSweep(installation, Set.copyOf(open.keySet()));
        sweep.walk(namespaces);
        List<String> problems = new ArrayList<>(sweep.problems());
        ModuleFate fate = removeModule(sweep, problems);
        LOG.atInfo()
                .addKeyValue("devices", sweep.deleted())
                .addKeyValue("module", fate)
                .addKeyValue("problems", problems.size())
                .addKeyValue("first", problems.isEmpty() ? "none" : problems.get(0))
                .log("node swept");
        return new Cleanup(sweep.deleted(), problems, fate);
    }

    private ModuleFate removeModule(NodeSweep sweep, List<String> problems) {
        try {
            if (!module.isOurs()) {
                return ModuleFate.NOT_OURS;
            }
            if (sweep.remaining() > 0) {
                return ModuleFate.IN_USE;
            }
            if (!sweep.problems().isEmpty()) {
                return ModuleFate.UNCERTAIN;
            }
            module.remove();
            return ModuleFate.REMOVED;
        } catch (IOException e) {
            problems.add(e.toString());
            return ModuleFate.UNCERTAIN;
        }
    }

    /** Takes all taps away, whoever still shares them. */
    @Override
    public synchronized void close() {
        if (!open.isEmpty()) {
            open.values().forEach(shared -> shared.abandon(changes));
            open.clear();
            removeModuleAfterLastTap();
        }
    }
}

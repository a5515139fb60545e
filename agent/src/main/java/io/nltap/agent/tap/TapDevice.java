// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import io.nltap.agent.frame.CaptureException;
import io.nltap.agent.frame.Reason;
import io.nltap.agent.linux.Errno;
import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.Link;
import io.nltap.agent.linux.Links;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An nlmon device of ours in one namespace, and the socket born there by which it is removed again. */
final class TapDevice implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TapDevice.class);

    private final Links links;
    private final Link link;

    private TapDevice(Links links, Link link) {
        this.links = links;
        this.link = link;
    }

    /**
     * Makes the device in the namespace of the calling thread; a left-over of ours is taken away first.
     *
     * @throws KernelException EOPNOTSUPP when the kernel does not know nlmon, EPERM without CAP_NET_ADMIN
     */
    static TapDevice open(Installation installation) throws KernelException, CaptureException {
        Links links = Links.open();
        try {
            removeLeftOver(links, installation);
            links.create(installation.deviceName(), NlmonDevices.KIND);
            return claim(links, installation);
        } catch (KernelException | CaptureException | RuntimeException e) {
            links.close();
            throw e;
        }
    }

    private static TapDevice claim(Links links, Installation installation) throws KernelException {
        String name = installation.deviceName();
        Link made =
                links.byName(name).orElseThrow(() -> new KernelException("RTM_GETLINK", name, Errno.ENODEV.number()));
        TapDevice device = new TapDevice(links, made);
        try {
            links.claim(name, installation.alias());
            return device;
        } catch (KernelException e) {
            device.close();
            throw e;
        }
    }

    private static void removeLeftOver(Links links, Installation installation)
            throws KernelException, CaptureException {
        Optional<Link> present = links.byName(installation.deviceName());
        if (present.isEmpty()) {
            return;
        }
        if (!new NlmonDevices(installation).isOurs(present.get())) {
            throw nameTaken(installation, present.get());
        }
        links.delete(present.get().index());
    }

    private static CaptureException nameTaken(Installation installation, Link link) {
        return new CaptureException(
                Reason.DEVICE_NAME_TAKEN,
                "the pod's network namespace already has an interface %s which is not nltap's (kind \"%s\", alias \"%s\")"
                                .formatted(link.name(), link.kind(), link.alias())
                        + ": rename or delete it, or install nltap with another installation id than "
                        + installation.id());
    }

    /** Whether that very device is up in the namespace of the calling thread. */
    static boolean isAlive(Link device) throws KernelException {
        try (Links links = Links.open()) {
            return links.byName(device.name())
                    .filter(present -> present.index() == device.index() && present.up())
                    .isPresent();
        }
    }

    Link link() {
        return link;
    }

    @Override
    public void close() {
        try (links) {
            links.delete(link.index());
        } catch (KernelException e) {
            if (!e.is(Errno.ENODEV)) {
                LOG.atWarn()
                        .addKeyValue("device", link.name())
                        .setCause(e)
                        .log("could not remove a tap; the next start of the agent tries again");
            }
        }
    }
}

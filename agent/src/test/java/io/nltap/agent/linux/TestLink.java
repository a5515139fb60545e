// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.io.IOException;

/** An nlmon device of the test's own in a {@link TestNamespace}, and a sender of netlink messages beside it. */
public final class TestLink implements AutoCloseable {

    public static final String DEVICE = "test0";

    private final NetNs namespace;
    private final Links links;
    private final Link link;
    private final NetlinkSender sender;

    private TestLink(NetNs namespace, Links links, Link link, NetlinkSender sender) {
        this.namespace = namespace;
        this.links = links;
        this.link = link;
        this.sender = sender;
    }

    public static TestLink open(TestNamespace space) throws IOException, InterruptedException {
        NetNs namespace = space.openHandle();
        Links links = namespace.visit(Links::open);
        links.create(DEVICE, "nlmon");
        links.claim(DEVICE, "a test's");
        NetlinkSender sender = namespace.visit(() -> NetlinkSender.open(NetlinkSender.NETLINK_ROUTE));
        return new TestLink(namespace, links, links.byName(DEVICE).orElseThrow(), sender);
    }

    public NetNs namespace() {
        return namespace;
    }

    public int index() {
        return link.index();
    }

    public NetlinkSender sender() {
        return sender;
    }

    /** Takes the device away, as somebody else might. */
    public void delete() throws KernelException {
        links.delete(link.index());
    }

    /** Closes the sockets and takes the module away, and with it the device. */
    @Override
    public void close() throws IOException, InterruptedException {
        if (links.byName(DEVICE).isPresent()) {
            delete();
        }
        sender.close();
        links.close();
        namespace.close();
        Programs.run("rmmod", "nlmon");
    }
}

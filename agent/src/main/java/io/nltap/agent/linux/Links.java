// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The network interfaces of the namespace of the thread that opened this. Changes need CAP_NET_ADMIN there. */
public final class Links implements AutoCloseable {

    // linux/rtnetlink.h
    private static final int RTM_NEWLINK = 16;
    private static final int RTM_DELLINK = 17;
    private static final int RTM_GETLINK = 18;
    private static final int RTM_SETLINK = 19;

    // struct ifinfomsg   linux/rtnetlink.h
    private static final int IFINFOMSG_SIZE = 16;
    private static final int IFI_INDEX = 4;
    private static final int IFI_FLAGS = 8;
    // linux/if.h
    private static final int IFF_UP = 1;

    // linux/if_link.h
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_IFALIAS = 20;
    private static final int IFLA_EXT_MASK = 29;
    private static final int IFLA_INFO_KIND = 1;
    private static final int RTEXT_FILTER_SKIP_STATS = 1 << 3;

    private final RouteSocket socket;

    private Links(RouteSocket socket) {
        this.socket = socket;
    }

    public static Links open() throws KernelException {
        return new Links(RouteSocket.open());
    }

    /** Makes an interface, which is down and has no alias yet. The kernel may load a module for {@code kind}. */
    public void create(String name, String kind) throws KernelException {
        NetlinkRequest request = new NetlinkRequest(
                        "RTM_NEWLINK",
                        name + " kind " + kind,
                        RTM_NEWLINK,
                        NetlinkRequest.NLM_F_ACK | NetlinkRequest.NLM_F_CREATE | NetlinkRequest.NLM_F_EXCL)
                .interfaceInfo(0, 0, 0)
                .attribute(IFLA_IFNAME, name);
        int linkInfo = request.begin(IFLA_LINKINFO);
        request.attribute(IFLA_INFO_KIND, kind);
        socket.request(request.end(linkInfo));
    }

    /** Gives an interface its alias and takes it up, in this order and in one step. */
    public void claim(String name, String alias) throws KernelException {
        socket.request(new NetlinkRequest("RTM_SETLINK", name, RTM_SETLINK, NetlinkRequest.NLM_F_ACK)
                .interfaceInfo(0, IFF_UP, IFF_UP)
                .attribute(IFLA_IFNAME, name)
                .attribute(IFLA_IFALIAS, alias));
    }

    public void delete(int index) throws KernelException {
        socket.request(new NetlinkRequest("RTM_DELLINK", "interface " + index, RTM_DELLINK, NetlinkRequest.NLM_F_ACK)
                .interfaceInfo(index, 0, 0));
    }

    public Optional<Link> byName(String name) throws KernelException {
        List<Link> found = new ArrayList<>();
        try {
            socket.request(
                    new NetlinkRequest("RTM_GETLINK", name, RTM_GETLINK, NetlinkRequest.NLM_F_ACK)
                            .interfaceInfo(0, 0, 0)
                            .attribute(IFLA_IFNAME, name)
                            .attribute(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS),
                    answer -> parse(answer).ifPresent(found::add));
        } catch (KernelException e) {
            if (e.is(Errno.ENODEV)) {
                return Optional.empty();
            }
            throw e;
        }
        return found.stream().findFirst();
    }

    /** All interfaces of one kind. */
    public List<Link> ofKind(String kind) throws KernelException {
        List<Link> found = new ArrayList<>();
        socket.request(
                new NetlinkRequest("RTM_GETLINK", "all", RTM_GETLINK, NetlinkRequest.NLM_F_DUMP)
                        .interfaceInfo(0, 0, 0)
                        .attribute(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS),
                answer -> parse(answer).filter(link -> link.kind().equals(kind)).ifPresent(found::add));
        return found;
    }

    private static Optional<Link> parse(ByteBuffer message) {
        return NetlinkAnswer.attributesOf(message, IFINFOMSG_SIZE)
                .map(attributes -> new Link(
                        message.getInt(NetlinkRequest.HEADER_SIZE + IFI_INDEX),
                        attributes.text(IFLA_IFNAME).orElse(""),
                        attributes
                                .nested(IFLA_LINKINFO)
                                .flatMap(info -> info.text(IFLA_INFO_KIND))
                                .orElse(""),
                        attributes.text(IFLA_IFALIAS).orElse(""),
                        (message.getInt(NetlinkRequest.HEADER_SIZE + IFI_FLAGS) & IFF_UP) != 0));
    }

    @Override
    public void close() {
        socket.close();
    }
}

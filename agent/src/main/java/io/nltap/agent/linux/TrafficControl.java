// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

/**
 * Traffic control of the namespace of the thread that opened this, by rtnetlink. What is attached here outlives the
 * process, and goes with its interface. Needs CAP_NET_ADMIN.
 */
public final class TrafficControl implements AutoCloseable {

    // linux/rtnetlink.h
    private static final int RTM_NEWQDISC = 36;
    private static final int RTM_NEWTFILTER = 44;
    private static final int TCA_KIND = 1;
    private static final int TCA_OPTIONS = 2;

    // linux/pkt_sched.h: TC_H_MAKE(TC_H_CLSACT, 0), TC_H_CLSACT, TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS)
    private static final int CLSACT_HANDLE = 0xffff0000;
    private static final int CLSACT_PARENT = 0xfffffff1;
    private static final int EGRESS = 0xfffffff3;

    // linux/pkt_cls.h
    private static final int TCA_BPF_FD = 6;
    private static final int TCA_BPF_NAME = 7;
    private static final int TCA_BPF_FLAGS = 8;
    private static final int TCA_BPF_FLAG_ACT_DIRECT = 1;

    // TC_H_MAKE(priority << 16, htons(ETH_P_ALL)), on little-endian machines
    private static final int FIRST_PRIORITY_ALL_PROTOCOLS = 1 << 16 | 0x0300;
    private static final int FIRST_HANDLE = 1;

    private final RouteSocket socket;

    private TrafficControl(RouteSocket socket) {
        this.socket = socket;
    }

    public static TrafficControl open() throws KernelException {
        return new TrafficControl(RouteSocket.open());
    }

    /**
     * Runs a program on what an interface sends: qdisc clsact and a filter whose program decides by itself (direct action).
     *
     * @param name of the filter, as {@code tc filter show} has it
     * @throws KernelException ENOENT when the kernel has neither clsact ({@code CONFIG_NET_SCH_INGRESS}) nor cls_bpf
     *     ({@code CONFIG_NET_CLS_BPF}), EEXIST when the interface has such a qdisc already
     */
    public void attach(int interfaceIndex, BpfProgram program, String name) throws KernelException {
        socket.request(new NetlinkRequest(
                        "RTM_NEWQDISC",
                        "clsact of interface " + interfaceIndex,
                        RTM_NEWQDISC,
                        NetlinkRequest.NLM_F_ACK | NetlinkRequest.NLM_F_CREATE | NetlinkRequest.NLM_F_EXCL)
                .trafficControl(interfaceIndex, CLSACT_HANDLE, CLSACT_PARENT, 0)
                .attribute(TCA_KIND, "clsact"));
        NetlinkRequest filter = new NetlinkRequest(
                        "RTM_NEWTFILTER",
                        "bpf on clsact egress of interface " + interfaceIndex,
                        RTM_NEWTFILTER,
                        NetlinkRequest.NLM_F_ACK | NetlinkRequest.NLM_F_CREATE | NetlinkRequest.NLM_F_EXCL)
                .trafficControl(interfaceIndex, FIRST_HANDLE, EGRESS, FIRST_PRIORITY_ALL_PROTOCOLS)
                .attribute(TCA_KIND, "bpf");
        int options = filter.begin(TCA_OPTIONS);
        filter.attribute(TCA_BPF_FD, program.fd())
                .attribute(TCA_BPF_NAME, name)
                .attribute(TCA_BPF_FLAGS, TCA_BPF_FLAG_ACT_DIRECT);
        socket.request(filter.end(options));
    }

    @Override
    public void close() {
        socket.close();
    }
}

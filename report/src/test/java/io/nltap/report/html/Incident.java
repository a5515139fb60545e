// SPDX-License-Identifier: Apache-2.0
package io.nltap.report.html;

import io.nltap.netlink.analysis.ChangeCount;
import io.nltap.netlink.analysis.Confidence;
import io.nltap.netlink.analysis.Doubt;
import io.nltap.netlink.analysis.Failure;
import io.nltap.netlink.analysis.Finding;
import io.nltap.netlink.analysis.Hang;
import io.nltap.netlink.analysis.HangClass;
import io.nltap.netlink.analysis.Holder;
import io.nltap.netlink.analysis.Latencies;
import io.nltap.netlink.analysis.Omission;
import io.nltap.netlink.analysis.Overrun;
import io.nltap.netlink.analysis.RequestKind;
import io.nltap.netlink.analysis.SlowRequest;
import io.nltap.netlink.analysis.Summary;
import io.nltap.netlink.analysis.Talker;
import io.nltap.netlink.analysis.Timeline;
import io.nltap.netlink.analysis.Totals;
import io.nltap.netlink.author.Party;
import io.nltap.netlink.change.Change;
import io.nltap.netlink.dialog.Matter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;

/** A capture in which something of everything happened: one minute in which somebody held the rtnl lock for 12 seconds. */
final class Incident {
    static final long FROM = 1_750_000_000_123_456_789L;
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;
    private static final long TO = FROM + 60 * SECOND;

    private static final Party ROUTED = party(4711, "routed", "router", "shop/gateway-0");
    private static final Party AGENT = party(5120, "node-agent", "agent", "kube-system/node-agent-x7k2p");
    private static final Party IP = party(6021, "ip", "app", "shop/web-5d9c7b6f4-q8zlm");
    private static final Party NFT =
            new Party(OptionalInt.of(902), Optional.of("nft"), Optional.empty(), Optional.empty());

    private Incident() {}

    static CaptureFacts facts() {
        return new CaptureFacts(
                "shop/slow-routes",
                "0.1.0",
                List.of(
                        new CaptureFacts.Fact("Node", "worker-3"),
                        new CaptureFacts.Fact("Kernel", "6.12.101, x86_64"),
                        new CaptureFacts.Fact("Targets", "shop/gateway-0, shop/web-5d9c7b6f4-q8zlm"),
                        new CaptureFacts.Fact("Ended by", "duration, 60 s"),
                        new CaptureFacts.Fact("Attribution", "by the kernel (Task)")),
                List.of("On worker-3 the ring dropped 14 datagrams."));
    }

    static Summary summary() {
        return new Summary(
                FROM,
                TO,
                List.of("gateway-0", "web-5d9c7b6f4-q8zlm"),
                new Totals(31_412, 64_230, 9_820_400, 6_120, 6_034, 41, 83, 3, 2, 1_204, 3_310, 1, 0, 0),
                412,
                List.of("Stacks of threads could not be read in one container: it has gone since."),
                List.of(lockWait(), unreadDump(), lostAnswer()),
                List.of(new Doubt(
                        FROM + 51 * SECOND,
                        "web-5d9c7b6f4-q8zlm",
                        IP,
                        new Matter("NETFILTER", "NFT_MSG_GETRULE", OptionalLong.of(0)),
                        "The process ended before it could be looked at; the answer may have been among the 14 datagrams"
                                + " that the ring dropped.")),
                kinds(),
                slow(),
                failures(),
                List.of(new Overrun("gateway-0", "ROUTE", 4_294_963_199L, 88_120, AGENT, 212, FROM + 31 * SECOND)),
                talkers(),
                timeline(),
                List.of(new ChangeCount("nft rule", 4, 0, 1), new ChangeCount("route", 2, 1, 1)),
                List.of(new Omission("dialogs", 3)));
    }

    static RecentChanges changes() {
        RecentChanges changes = new RecentChanges();
        changes.accept(new Change(
                FROM + 12 * SECOND,
                "gateway-0",
                ROUTED,
                Change.Authorship.CERTAIN,
                Change.Action.ADDED,
                "route",
                "198.51.100.0/24 table main",
                Map.of(),
                Map.of("via", "192.0.2.1"),
                Change.Proof.ACKNOWLEDGED,
                new Matter("ROUTE", "RTM_NEWROUTE", OptionalLong.of(17))));
        changes.accept(new Change(
                FROM + 18 * SECOND,
                "gateway-0",
                IP,
                Change.Authorship.PROBABLE,
                Change.Action.REMOVED,
                "route",
                "default table main",
                Map.of("via", "192.0.2.254"),
                Map.of(),
                Change.Proof.NOTIFIED,
                new Matter("ROUTE", "RTM_DELROUTE", OptionalLong.of(1_750_000_018L))));
        changes.accept(new Change(
                FROM + 44 * SECOND,
                "gateway-0",
                ROUTED,
                Change.Authorship.CERTAIN,
                Change.Action.CHANGED,
                "link",
                "eth0",
                Map.of("mtu", "1500"),
                Map.of("mtu", "1400"),
                Change.Proof.ACKNOWLEDGED,
                new Matter("ROUTE", "RTM_NEWLINK", OptionalLong.of(18))));
        for (int i = 0; i < 4; i++) {
            changes.accept(new Change(
                    FROM + 45 * SECOND + i * 3 * MILLI,
                    "web-5d9c7b6f4-q8zlm",
                    NFT,
                    Change.Authorship.CERTAIN,
                    Change.Action.ADDED,
                    "nft rule",
                    "inet filter input handle %d".formatted(17 + i),
                    Map.of(),
                    Map.of("expr", "tcp dport %d accept".formatted(8080 + i)),
                    Change.Proof.NO_ERROR,
                    new Matter("NETFILTER", "NFT_MSG_NEWRULE", OptionalLong.of(2 + i))));
        }
        return changes;
    }

    private static Hang lockWait() {
        return new Hang(
                new Finding(
                        HangClass.A1,
                        FROM + 20 * SECOND,
                        ROUTED,
                        new Matter("ROUTE", "RTM_NEWROUTE", OptionalLong.of(18)),
                        List.of(
                                "Thread 4713 is in sendmsg(2), state D, in rtnetlink_rcv_msg, which waits for rtnl_lock.",
                                "The kernel's row of ROUTE in this namespace has 3 requests in work (baseline 0), in 48"
                                        + " samples.",
                                "Requests of GENERIC in the same namespace were answered meanwhile, the last one after"
                                        + " 35 µs."),
                        Optional.of(new Holder(
                                "ethtool[12877]",
                                Optional.of("kube-system/node-tuner-2xk9f"),
                                List.of(
                                        "handle_userfault",
                                        "do_user_addr_fault",
                                        "dev_ethtool",
                                        "dev_ioctl",
                                        "sock_ioctl")))),
                "gateway-0",
                Confidence.CERTAIN,
                FROM + 32 * SECOND,
                OptionalLong.of(FROM + 32 * SECOND + 120 * MILLI),
                3);
    }

    private static Hang unreadDump() {
        return new Hang(
                new Finding(
                        HangClass.D1,
                        FROM + 26 * SECOND,
                        AGENT,
                        new Matter("ROUTE", "RTM_GETROUTE", OptionalLong.of(9)),
                        List.of(
                                "The dump stands still after 3 of its parts; no DONE was seen.",
                                "The socket's row has 32 KiB waiting to be read, unchanged in 130 samples.",
                                "Thread 5131 is in futex(2), not in a receive call."),
                        Optional.empty()),
                "gateway-0",
                Confidence.PROBABLE,
                TO,
                OptionalLong.empty(),
                1);
    }

    private static Hang lostAnswer() {
        return new Hang(
                new Finding(
                        HangClass.C4,
                        FROM + 31 * SECOND,
                        AGENT,
                        new Matter("ROUTE", "RTM_GETLINK", OptionalLong.of(11)),
                        List.of(
                                "Of 30,112 receive calls on this socket one has not returned.",
                                "The answer is owed, and is not on the wire; the socket's count of drops rose from 0 to"
                                        + " 212 in the same second."),
                        Optional.empty()),
                "gateway-0",
                Confidence.CERTAIN,
                TO,
                OptionalLong.empty(),
                1);
    }

    private static List<RequestKind> kinds() {
        Latencies quick = new Latencies(
                List.of(
                        new Latencies.Step(14_336, 3_900),
                        new Latencies.Step(36_864, 90),
                        new Latencies.Step(11_811_160_064L, 3)),
                12_000_000_000L);
        Latencies dump =
                new Latencies(List.of(new Latencies.Step(110_592, 820), new Latencies.Step(1_966_080, 12)), 2_050_000);
        return List.of(
                new RequestKind("ROUTE", "RTM_GETLINK", false, 4_012, 12, 1, quick, Latencies.NONE),
                new RequestKind("ROUTE", "RTM_GETROUTE", true, 833, 0, 1, dump, dump),
                new RequestKind("NETFILTER", "NFT_MSG_NEWRULE", false, 640, 5, 0, dump, Latencies.NONE),
                new RequestKind("GENERIC", "nlctrl CTRL_CMD_GETFAMILY", false, 411, 0, 0, dump, Latencies.NONE),
                new RequestKind("ROUTE", "RTM_NEWROUTE", false, 224, 24, 0, quick, Latencies.NONE));
    }

    private static List<SlowRequest> slow() {
        return List.of(
                new SlowRequest(
                        FROM + 20 * SECOND,
                        "gateway-0",
                        ROUTED,
                        new Matter("ROUTE", "RTM_NEWROUTE", OptionalLong.of(18)),
                        false,
                        12_120_000_000L,
                        0,
                        "OK"),
                new SlowRequest(
                        FROM + 22 * SECOND,
                        "web-5d9c7b6f4-q8zlm",
                        IP,
                        new Matter("ROUTE", "RTM_GETLINK", OptionalLong.of(1_750_000_022L)),
                        true,
                        10_100_000_000L,
                        412_000,
                        "OK"),
                new SlowRequest(
                        FROM + 47 * SECOND,
                        "web-5d9c7b6f4-q8zlm",
                        NFT,
                        new Matter("NETFILTER", "NFT_MSG_NEWTABLE", OptionalLong.of(1)),
                        false,
                        740_000_000L,
                        0,
                        "ENOENT"));
    }

    private static List<Failure> failures() {
        return List.of(
                new Failure(
                        "ROUTE",
                        "RTM_NEWROUTE",
                        "ENETUNREACH",
                        101,
                        "Nexthop has invalid gateway",
                        ROUTED,
                        24,
                        FROM + 18 * SECOND,
                        FROM + 44 * SECOND),
                new Failure("ROUTE", "RTM_GETLINK", "ENODEV", 19, "", IP, 12, FROM + SECOND, FROM + 58 * SECOND),
                new Failure(
                        "NETFILTER",
                        "NFT_MSG_NEWRULE",
                        "EEXIST",
                        17,
                        "",
                        NFT,
                        5,
                        FROM + 45 * SECOND,
                        FROM + 46 * SECOND));
    }

    private static List<Talker> talkers() {
        return List.of(
                new Talker("gateway-0", AGENT, 5_012, 12, 2, 51_112, 7_812_400, 610_000_000L, 2_050_000),
                new Talker("gateway-0", ROUTED, 226, 24, 0, 8_112, 1_612_000, 12_800_000_000L, 12_120_000_000L),
                new Talker("web-5d9c7b6f4-q8zlm", NFT, 642, 5, 0, 2_604, 341_000, 840_000_000L, 740_000_000L),
                new Talker("web-5d9c7b6f4-q8zlm", IP, 240, 0, 1, 1_402, 55_000, 10_200_000_000L, 10_100_000_000L));
    }

    /** Steady, with a hole while the lock is held and the answers of all who waited afterwards. */
    private static Timeline timeline() {
        Random random = new Random(7);
        List<Timeline.Span> spans = new ArrayList<>();
        long first = Math.floorDiv(FROM, Timeline.LEAST_SPAN) * Timeline.LEAST_SPAN;
        for (int i = 0; i < 600; i++) {
            boolean isHeld = i >= 200 && i < 321;
            if (isHeld && random.nextInt(3) != 0) {
                continue;
            }
            long requests = isHeld ? 1 + random.nextInt(2) : 8 + random.nextInt(8);
            long failed = !isHeld && random.nextInt(14) == 0 ? 1 + random.nextInt(4) : 0;
            long unanswered = i == 260 || i == 310 || i == 510 ? 1 : 0;
            long slowest = i == 200 ? 12_120 * MILLI : i == 220 ? 10_100 * MILLI : i == 470 ? 740 * MILLI : 0;
            spans.add(new Timeline.Span(
                    first + i * Timeline.LEAST_SPAN,
                    requests,
                    requests * 10,
                    failed,
                    unanswered,
                    Math.max(slowest, 20_000 + random.nextInt(2_000_000))));
        }
        return new Timeline(Timeline.LEAST_SPAN, spans);
    }

    private static Party party(int pid, String comm, String container, String pod) {
        return new Party(OptionalInt.of(pid), Optional.of(comm), Optional.of(container), Optional.of(pod));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import static io.nltap.agent.attribution.TestDatagram.NETFILTER;
import static io.nltap.agent.attribution.TestDatagram.NLMSG_ERROR;
import static io.nltap.agent.attribution.TestDatagram.REQUEST;
import static io.nltap.agent.attribution.TestDatagram.REQUEST_ACK;
import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.agent.frame.Attribution;
import io.nltap.agent.frame.Author;
import io.nltap.agent.frame.Confidence;
import io.nltap.agent.frame.Direction;
import io.nltap.agent.frame.FrameTag;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Packets of NFQUEUE and NFLOG, which the kernel sends to whoever has bound itself, and that name nobody. */
class QueuePortsTest {
    private static final int QUEUE_PACKET = 0x300;
    private static final int QUEUE_CONFIG = 0x302;
    private static final int LOG_PACKET = 0x400;
    private static final int LOG_CONFIG = 0x401;

    private static final int BIND = 1;
    private static final int PF_BIND = 3;
    private static final int EPERM = 1;

    private static final int FIRST = 700;
    private static final int SECOND = 800;

    private final QueuePorts ports = new QueuePorts();
    private final TapAuthors authors =
            new TapAuthors(new FakeLookup(), (protocol, group) -> List.of(), ports, () -> {});
    private final FrameTag tag = new FrameTag();

    @Test
    void goToWhoHasBoundItselfWhoeverRuns() {
        bind(FIRST, QUEUE_CONFIG, 77, 1, 0);
        bind(SECOND, LOG_CONFIG, 77, 1, 0);

        assertThat(packet(QUEUE_PACKET, 77)).isEqualTo(to(FIRST));
        assertThat(packet(LOG_PACKET, 77)).isEqualTo(to(SECOND));
        assertThat(packet(QUEUE_PACKET, 78).author()).isEqualTo(Author.UNKNOWN);
    }

    @Test
    void bindingThatIsRefusedChangesNothing() {
        bind(FIRST, QUEUE_CONFIG, 77, 1, 0);
        bind(SECOND, QUEUE_CONFIG, 77, 5, -EPERM);

        assertThat(packet(QUEUE_PACKET, 77)).isEqualTo(to(FIRST));
    }

    @Test
    void goToWhoBoundItselfLast() {
        bind(FIRST, QUEUE_CONFIG, 77, 1, 0);
        bind(SECOND, QUEUE_CONFIG, 77, 1, 0);

        assertThat(packet(QUEUE_PACKET, 77)).isEqualTo(to(SECOND));
    }

    @Test
    void whatIsNotToBeAcknowledgedTakesNothingFromOthers() {
        sends(FIRST, QUEUE_CONFIG, REQUEST, 1, config(77, BIND));
        sends(SECOND, QUEUE_CONFIG, REQUEST, 1, config(77, BIND));
        sends(SECOND, QUEUE_CONFIG, REQUEST, 2, config(0, PF_BIND));

        assertThat(packet(QUEUE_PACKET, 77)).isEqualTo(to(FIRST));
        assertThat(packet(QUEUE_PACKET, 0).author()).isEqualTo(Author.UNKNOWN);
    }

    /** As {@code cat /proc/net/netfilter/nfnetlink_queue} shows it on 6.1 and on 6.12. */
    @Test
    void knowsThoseThatWereThereBefore() {
        sends(FIRST, QUEUE_CONFIG, REQUEST, 1, config(3, BIND)); // so that it is known whose the port is
        ports.take("""
                   77    700     1 2   100     0     0        1  1
                65535 2759641312     0 2 65531     0     0        0  1
                no line of that file
                """);

        assertThat(packet(QUEUE_PACKET, 77)).isEqualTo(to(FIRST));
        assertThat(ports.of(queued(QUEUE_PACKET, 65535), head(queued(QUEUE_PACKET, 65535))))
                .isEqualTo(2_759_641_312L);
    }

    private static Attribution to(int pid) {
        return new Attribution(
                Attribution.Role.RECEIVED, new Author.Process(pid, "ip", Optional.empty()), Confidence.EXACT, "");
    }

    private void bind(int pid, int type, int queue, int sequence, int error) {
        sends(pid, type, REQUEST_ACK, sequence, config(queue, BIND));
        tag.set(Direction.TO_USER, 0, 0, pid, pid, 0, 0);
        byte[] answer = ByteBuffer.allocate(20)
                .order(ByteOrder.nativeOrder())
                .putInt(error)
                .array();
        authors.attribute(new TestDatagram(NETFILTER, NLMSG_ERROR, 0, sequence, pid, answer), tag, true);
    }

    private void sends(int pid, int type, int flags, int sequence, byte[] payload) {
        tag.set(Direction.TO_KERNEL, pid, 0, pid, pid, 0, 0);
        authors.attribute(new TestDatagram(NETFILTER, type, flags, sequence, 0, payload), tag, true);
    }

    /** struct nfgenmsg, and the attribute CFG_CMD, of which the first byte is the command. */
    private static byte[] config(int queue, int command) {
        return ByteBuffer.allocate(12)
                .order(ByteOrder.nativeOrder())
                .putShort((short) 0)
                .put((byte) (queue >> 8))
                .put((byte) queue)
                .putShort((short) 8)
                .putShort((short) 1)
                .put((byte) command)
                .array();
    }

    private Attribution packet(int type, int queue) {
        tag.set(Direction.TO_USER, 0, 0, 12, 12, 0, 0);
        return authors.attribute(queued(type, queue), tag, true);
    }

    private static TestDatagram queued(int type, int queue) {
        return new TestDatagram(NETFILTER, type, 0, 0, 0, (byte) 2, (byte) 0, (byte) (queue >> 8), (byte) queue);
    }

    private static MessageHead head(TestDatagram datagram) {
        MessageHead head = new MessageHead();
        head.read(datagram);
        return head;
    }
}

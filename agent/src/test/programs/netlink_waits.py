# SPDX-License-Identifier: Apache-2.0
"""Clients that wait to receive while the kernel is idle, or do not receive what is there: classes C and D."""

import ctypes
import errno
import os
import signal
import socket
import struct
import subprocess
import time

from netlink_wire import *


def discarded():
    """A request without NLM_F_REQUEST: the kernel takes it for none."""
    client = opened()
    client.send(get_link(1))
    client.recv(65536)
    client.send(get_link(2, flags=0))
    wait_for_answer(client)


def unowed():
    """A change without NLM_F_ACK succeeds in silence."""
    client = opened()
    client.send(message(RTM_NEWLINK, REQUEST, 1, link(index=1, flags=IFF_UP, change=IFF_UP)))
    wait_for_answer(client)


def overrun():
    """Many questions before the first answer is read: some answers have no room. The client ignores ENOBUFS."""
    client = opened()
    client.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 4096)
    for seq in range(1, 13):
        client.send(get_link(seq))
    asked()

    def read():
        while True:
            try:
                client.recv(65536)
            except OSError as e:
                if e.errno != errno.ENOBUFS:
                    raise

    in_background(read)


def filtered():
    """A filter on its socket takes the answer away."""
    client = opened()
    refuse_all(client)
    client.send(get_link(7))
    wait_for_answer(client)


def filtereddump():
    """Likewise, the first part of a dump."""
    client = opened()
    refuse_all(client)
    client.send(get_addresses(7))
    wait_for_answer(client)


def middump():
    """Reads the first part of a dump and no more."""
    client = opened()
    client.send(get_addresses(5))
    client.recv(65536)
    asked()
    return client


def stopped():
    """Likewise, and is stopped."""
    client = opened()
    client.send(get_addresses(5))
    client.recv(65536)
    asked()
    os.kill(os.getpid(), signal.SIGSTOP)
    return client


def tworeaders():
    """Two threads read one socket until each has seen the end of the dump, of which there is one."""
    client = opened()

    def read():
        while not is_done(client.recv(65536)):
            time.sleep(1)

    in_background(read)
    in_background(read)
    time.sleep(4)  # long enough for both to be seen reading
    client.send(get_addresses(5))
    asked()


def dumpack():
    """Asks for an acknowledgement of a dump, which gets none, and waits for it after the end."""
    client = opened()
    client.send(get_addresses(5, ACK))

    def read():
        while all(kind != ERROR for kind, _, _ in headers(client.recv(65536))):
            pass

    in_background(read)
    asked()


def batchacks():
    """Waits for an acknowledgement more than a batch of nf_tables gets."""
    client = opened(NETLINK_NETFILTER)
    table = nft(0, REQUEST | ACK | CREATE, 2, attribute(1, b"trouble\0"))
    client.send(batch(True, 1, ACK) + table + batch(False, 3, ACK))

    def read():
        acknowledged = 0
        while acknowledged < 4:
            acknowledged += sum(kind == ERROR for kind, _, _ in headers(client.recv(65536)))

    in_background(read)
    asked()


def truncated():
    """Its buffer is smaller than what comes: the end of a dump is cut off."""
    client = opened()
    client.send(get_addresses(5))

    def read():
        while not is_done(client.recv(8)):
            pass

    in_background(read)
    asked()


def reused():
    """A thread waits at a descriptor that another thread closes; its number is used again."""
    client = opened()
    client.send(get_link(1))
    client.recv(65536)
    number = client.detach()
    libc = ctypes.CDLL(None)
    place = ctypes.create_string_buffer(4096)
    in_background(lambda: libc.recv(number, place, 4096, 0))
    time.sleep(0.3)
    os.close(number)
    if os.open("/dev/null", os.O_RDONLY) != number:
        raise RuntimeError("the number was not used again")
    asked()


def seconddump():
    """Begins a dump while another one runs on the socket, ignores the refusal, and waits for its end."""
    client = opened()
    client.send(get_addresses(5))
    client.send(get_addresses(6))
    asked()

    def read():
        while all((kind, seq) != (DONE, 6) for kind, seq, _ in headers(client.recv(65536))):
            pass

    in_background(read)


def unjoined():
    """Waits for notifications of a group that it forgot to join."""
    wait_for_answer(opened())


def silentpeer():
    """A service of user space that never reads."""
    service = opened(NETLINK_USERSOCK, port=4711)
    asked()
    return service


def peerclient():
    """Asks that service."""
    client = opened(NETLINK_USERSOCK)
    client.sendto(message(64, REQUEST, 9, b"who?"), (4711, 0))
    wait_for_answer(client)


def verdictless():
    """Takes packets of a queue, and never says what shall become of them."""
    client = opened(NETLINK_NETFILTER)
    bind = attribute(1, struct.pack(">BxH", 1, socket.AF_INET))  # NFQA_CFG_CMD, NFQNL_CFG_CMD_BIND
    copy = attribute(2, struct.pack(">IB", 100, 2))  # NFQA_CFG_PARAMS, NFQNL_COPY_PACKET
    for seq, order in enumerate((bind, copy), 1):
        client.send(message(0x302, REQUEST | ACK, seq, struct.pack(">BBH", 0, 0, 77) + order))
        client.recv(65536)
    packet = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    packet.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    packet.sendto(b"what about me?", ("192.0.2.255", 9))
    client.recv(65536)
    asked()
    return client, packet


def prepare_verdictless():
    """All that leaves by a bridge goes to the queue: User Mode Linux has nftables for bridges only."""
    links = [
        "link add trouble type bridge",
        "link add port type veth peer name cable",
        "link set port master trouble up",
        "link set cable up",
        "link set trouble up",
        "address add 192.0.2.1/24 broadcast 192.0.2.255 dev trouble",
    ]
    rules = "table bridge t { chain c { type filter hook output priority 0; ether type ip queue num 77; }; }"
    for program, lines in (["ip", "-batch", "-"], "\n".join(links)), (["nft", "-f", "-"], rules):
        subprocess.run(program, input=lines.encode(), check=True)


def impatient():
    """Asks again whenever its patience ends; a filter takes all answers away."""
    client = opened()
    refuse_all(client)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("=qq", 1, 500_000))
    asked()

    def job():
        seq = 0
        while True:
            seq += 1
            client.send(get_link(seq))
            try:
                client.recv(65536)
            except BlockingIOError:
                pass

    in_background(job)


def loop():
    """Thirty thousand exchanges; a bug in the client clears the flags of the last request."""
    client = opened()
    last = 30000
    for seq in range(1, last):
        client.send(get_link(seq))
        client.recv(65536)
        if seq % 100 == 0:
            time.sleep(0.02)  # so that whoever records this on the same processor has its turn
    client.send(get_link(last, flags=0))
    wait_for_answer(client)


def twosockets():
    """One thread listens to changes of links, another waits on a second socket for what is not owed."""
    listener = opened(groups=RTMGRP_LINK)
    client = opened()
    client.send(message(RTM_NEWLINK, REQUEST, 1, link(index=1, flags=IFF_UP, change=IFF_UP)))
    in_background(lambda: listener.recv(65536))
    wait_for_answer(client)


def onethread():
    """One thread waits for what the kernel discarded, others ask and are answered."""
    client = opened()
    client.send(get_link(1, flags=0))

    def work():
        other = opened()
        seq = 0
        while True:
            seq += 1
            other.send(get_link(seq))
            other.recv(65536)
            time.sleep(0.3)

    for _ in range(3):
        in_background(work)
    wait_for_answer(client)


def twohangs():
    """Two threads of one process wait for different reasons: one for a discarded request, one for a filtered answer."""
    client = opened()
    client.send(get_link(1, flags=0))
    in_background(lambda: client.recv(65536))
    other = opened(NETLINK_GENERIC)
    refuse_all(other)
    other.send(get_family(b"nlctrl", 7))
    wait_for_answer(other)


LONG_DUMPS = ("middump", "stopped", "tworeaders", "seconddump", "truncated")
PREPARATIONS = {name: many_addresses for name in LONG_DUMPS}
PREPARATIONS["verdictless"] = prepare_verdictless
SCENARIOS = [
    discarded,
    unowed,
    overrun,
    filtered,
    filtereddump,
    middump,
    stopped,
    tworeaders,
    dumpack,
    batchacks,
    truncated,
    reused,
    seconddump,
    unjoined,
    silentpeer,
    peerclient,
    verdictless,
    impatient,
    loop,
    twosockets,
    onethread,
    twohangs,
]

# SPDX-License-Identifier: Apache-2.0
"""One way each in which a netlink client gets stuck, or only seems to.

    netlink_trouble.py prepare NAME
    netlink_trouble.py NAME

Says "asked" when it has done what leads there, then waits as such a client would, and ends when its standard input does.
"""

import ctypes
import errno
import mmap
import os
import platform
import socket
import struct
import subprocess
import sys
import threading
import time

# linux/netlink.h, linux/rtnetlink.h, linux/genetlink.h
NETLINK_ROUTE, NETLINK_USERSOCK, NETLINK_GENERIC = 0, 2, 16
REQUEST, ACK, DUMP, CREATE = 0x1, 0x4, 0x300, 0x400
ERROR, DONE = 2, 3
RTM_NEWLINK, RTM_GETLINK, RTM_GETADDR, RTM_NEWADDR = 16, 18, 22, 20
RTMGRP_LINK = 1
IFLA_LINKINFO, IFLA_INFO_KIND, IFLA_IFNAME = 18, 1, 3
SO_RCVBUFFORCE = 33
IFF_UP = 1


def opened(protocol=NETLINK_ROUTE, port=0, groups=0):
    client = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol)
    client.bind((port, groups))
    return client


def message(kind, flags, seq, payload, length=None):
    return struct.pack("=IHHII", length or 16 + len(payload), kind, flags, seq, 0) + payload


def link(index=0, flags=0, change=0):
    return struct.pack("=BxHiII", socket.AF_UNSPEC, 0, index, flags, change)


def attribute(kind, value):
    return struct.pack("=HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)


def get_link(seq, flags=REQUEST):
    return message(RTM_GETLINK, flags, seq, link(index=1))


def get_addresses(seq):
    return message(RTM_GETADDR, REQUEST | DUMP, seq, struct.pack("=BBBBi", 0, 0, 0, 0, 0))


def headers(datagram):
    at = 0
    while at + 16 <= len(datagram):
        length, kind, flags, seq, port = struct.unpack_from("=IHHII", datagram, at)
        yield kind, seq
        at += (length + 3) & ~3


def asked():
    print("asked", flush=True)


def in_background(job):
    threading.Thread(target=job, daemon=True).start()


def wait_for_answer(client):
    asked()
    in_background(lambda: client.recv(65536))


def many_addresses():
    """So many that a dump of them has several parts."""
    orders = "".join("addr add 10.9.%d.%d/32 dev lo\n" % (i // 200, i % 200 + 1) for i in range(400))
    subprocess.run(["ip", "-batch", "-"], input=orders.encode(), check=True)


# --- what the scenarios do ---------------------------------------------------------------------------------------------


def holder():
    """Holds the rtnl lock: an ioctl of ethtool, which takes it, writes its answer to a page that nobody delivers."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]
    libc.syscall.restype = ctypes.c_long
    page = mmap.PAGESIZE
    memory = libc.mmap(None, 2 * page, mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, 0)
    # struct ethtool_value { __u32 cmd; __u32 data; };  data is the first word of the second page   linux/ethtool.h
    value = memory + page - 4
    ctypes.c_uint32.from_address(value).value = 0x0A  # ETHTOOL_GLINK
    # linux/userfaultfd.h
    userfaultfd = 323 if platform.machine() == "x86_64" else 282
    faults = libc.syscall(userfaultfd, os.O_CLOEXEC)
    if faults < 0:
        raise OSError(ctypes.get_errno(), "userfaultfd")
    api = ctypes.create_string_buffer(struct.pack("=QQQ", 0xAA, 0, 0), 24)
    region = ctypes.create_string_buffer(struct.pack("=QQQQ", memory + page, page, 1, 0), 32)
    for order, argument in ((0xC018AA3F, api), (0xC020AA00, region)):  # UFFDIO_API, UFFDIO_REGISTER of missing pages
        if libc.ioctl(ctypes.c_int(faults), ctypes.c_ulong(order), argument) != 0:
            raise OSError(ctypes.get_errno(), "userfaultfd ioctl")
    # struct ifreq { char ifr_name[16]; void *ifr_data; … };   linux/if.h
    request = ctypes.create_string_buffer(struct.pack("=16sQ16x", b"lo", value), 40)
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    in_background(lambda: libc.ioctl(client.fileno(), ctypes.c_ulong(0x8946), request))  # SIOCETHTOOL
    os.read(faults, 32)  # struct uffd_msg: it is there
    asked()


def waiter():
    """Asks for a link, which takes the rtnl lock."""
    client = opened()
    time.sleep(3)  # until it is known whose socket this is, on kernels that do not say who sends

    def ask():
        client.send(get_link(7))
        client.recv(65536)

    in_background(ask)
    asked()


def autoload():
    """Asks for a kind of link for which the kernel loads a module."""
    client = opened()
    info = attribute(IFLA_LINKINFO, attribute(IFLA_INFO_KIND, b"nosuchkind"))
    request = message(RTM_NEWLINK, REQUEST | ACK | CREATE, 7, link() + attribute(IFLA_IFNAME, b"any0\0") + info)

    def ask():
        client.send(request)
        client.recv(65536)

    in_background(ask)
    asked()


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


def middump():
    """Reads the first part of a dump and no more."""
    client = opened()
    client.send(get_addresses(5))
    client.recv(65536)
    asked()
    return client


def tworeaders():
    """Two threads read one socket until each has seen the end of the dump, of which there is one."""
    client = opened()
    client.send(get_addresses(5))

    def read():
        while all(kind != DONE for kind, _ in headers(client.recv(65536))):
            time.sleep(1)  # long enough for both to be seen reading

    in_background(read)
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


def subscriber():
    """Listens to link changes, of which there are none."""
    client = opened(groups=RTMGRP_LINK)
    wait_for_answer(client)


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


def seconddump():
    """Begins a dump while another one runs on the socket, ignores the refusal, and waits for its end."""
    client = opened()
    client.send(get_addresses(5))
    client.send(get_addresses(6))
    asked()

    def read():
        while all((kind, seq) != (DONE, 6) for kind, seq in headers(client.recv(65536))):
            pass

    in_background(read)


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


SCENARIOS = {
    each.__name__: each
    for each in (
        holder,
        waiter,
        autoload,
        discarded,
        unowed,
        overrun,
        middump,
        tworeaders,
        reused,
        subscriber,
        silentpeer,
        peerclient,
        seconddump,
        loop,
    )
}

LONG_DUMPS = ("middump", "tworeaders", "seconddump")

if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        if sys.argv[2] in LONG_DUMPS:
            many_addresses()
        sys.exit(0)
    kept = SCENARIOS[sys.argv[1]]()
    sys.stdin.read()
    os._exit(0)  # threads that hang must not keep it

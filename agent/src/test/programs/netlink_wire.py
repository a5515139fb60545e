# SPDX-License-Identifier: Apache-2.0
"""Netlink messages and sockets, as the programs beside this one need them. linux/netlink.h, rtnetlink.h, genetlink.h."""

import ctypes
import socket
import struct
import subprocess
import threading

NETLINK_ROUTE, NETLINK_USERSOCK, NETLINK_XFRM, NETLINK_NETFILTER, NETLINK_GENERIC = 0, 2, 6, 12, 16
REQUEST, MULTI, ACK, DUMP, CREATE, DUMP_INTR = 0x1, 0x2, 0x4, 0x300, 0x400, 0x10
ERROR, DONE = 2, 3
RTM_NEWLINK, RTM_GETLINK, RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR = 16, 18, 20, 21, 22
RTMGRP_LINK, RTMGRP_IPV4_IFADDR = 0x1, 0x10
IFLA_IFNAME, IFLA_MASTER, IFLA_LINKINFO, IFLA_INFO_KIND, IFLA_INFO_DATA = 3, 10, 18, 1, 2
IFA_ADDRESS, IFA_LOCAL = 1, 2
SO_ATTACH_FILTER, SO_RCVBUFFORCE = 26, 33
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


def get_links(seq, flags=0):
    return message(RTM_GETLINK, REQUEST | DUMP | flags, seq, link())


def get_addresses(seq, flags=0):
    return message(RTM_GETADDR, REQUEST | DUMP | flags, seq, struct.pack("=BBBBi", 0, 0, 0, 0, 0))


def change_address(kind, last, flags=0, seq=1):
    """Adds 10.8.0.LAST to lo, or removes it."""
    address = bytes([10, 8, 0, last])
    body = struct.pack("=BBBBi", socket.AF_INET, 32, 0, 0, 1)
    attributes = attribute(IFA_LOCAL, address) + attribute(IFA_ADDRESS, address)
    more = CREATE if kind == RTM_NEWADDR else 0
    return message(kind, REQUEST | more | flags, seq, body + attributes)


def generic(family, command, flags, seq, attributes=b""):
    return message(family, flags, seq, struct.pack("=BBH", command, 1, 0) + attributes)


def get_family(name, seq):
    """CTRL_CMD_GETFAMILY of nlctrl, which is family 16; attribute 2 is the name."""
    return generic(16, 3, REQUEST, seq, attribute(2, name + b"\0"))


def family_id(name):
    client = opened(NETLINK_GENERIC)
    client.send(get_family(name, 1))
    answer = client.recv(65536)
    client.close()
    at = 20
    while at + 4 <= len(answer):
        length, kind = struct.unpack_from("=HH", answer, at)
        if kind == 1:  # CTRL_ATTR_FAMILY_ID
            return struct.unpack_from("=H", answer, at + 4)[0]
        at += (length + 3) & ~3
    raise RuntimeError("no family %s" % name)


def nft(kind, flags, seq, attributes=b"", family=7, resource=0):
    """A message of nf_tables; kinds of linux/netfilter/nf_tables.h. By default for bridges, NFPROTO_BRIDGE."""
    return message(10 << 8 | kind, flags, seq, struct.pack(">BBH", family, 0, resource) + attributes)


def batch(begin, seq, flags=0, attributes=b""):
    """NFNL_MSG_BATCH_BEGIN or _END, for nf_tables."""
    return message(0x10 if begin else 0x11, REQUEST | flags, seq, struct.pack(">BBH", 0, 0, 10) + attributes)


def headers(datagram):
    """Type, number and flags of each message."""
    at = 0
    while at + 16 <= len(datagram):
        length, kind, flags, seq, port = struct.unpack_from("=IHHII", datagram, at)
        yield kind, seq, flags
        at += max(16, (length + 3) & ~3)


def is_done(datagram):
    return any(kind == DONE for kind, _, _ in headers(datagram))


def refuse_all(client):
    """A filter that takes away whatever arrives. linux/filter.h: struct sock_fprog, BPF_RET | BPF_K 0."""
    program = ctypes.create_string_buffer(struct.pack("=HBBI", 0x06, 0, 0, 0), 8)
    order = struct.pack("=HxxxxxxQ", 1, ctypes.addressof(program))
    client.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, order)


def asked():
    print("asked", flush=True)


def in_background(job):
    threading.Thread(target=job, daemon=True).start()


def wait_for_answer(client):
    asked()
    in_background(lambda: client.recv(65536))


def run(command):
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def many_addresses(count=400):
    """So many that a dump of them has several parts."""
    orders = "".join("addr replace 10.9.%d.%d/32 dev lo\n" % (i // 200, i % 200 + 1) for i in range(count))
    subprocess.run(["ip", "-batch", "-"], input=orders.encode(), check=True)

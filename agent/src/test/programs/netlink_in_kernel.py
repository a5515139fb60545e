# SPDX-License-Identifier: Apache-2.0
"""Clients that wait inside the kernel, classes A and B, and those for whom they wait."""

import ctypes
import mmap
import os
import platform
import socket
import struct
import subprocess
import sys

from netlink_wire import *

BRIDGE_STP = "/sbin/bridge-stp"


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


def ask(client, request):
    """In another thread, for the send itself does not return."""

    def job():
        client.send(request)
        client.recv(65536)

    in_background(job)
    asked()


def waiter():
    """Asks for a link, which takes the rtnl lock."""
    ask(opened(), get_link(7))


def dumpwaiter():
    """Likewise, for all of them."""
    ask(opened(), get_links(7))


def silentwaiter():
    """Waits for the rtnl lock with a change for which it asked no acknowledgement."""
    ask(opened(), message(RTM_NEWLINK, REQUEST, 7, link(index=1, flags=IFF_UP, change=IFF_UP)))


def unsharer():
    """Wants a network namespace of its own, and waits for the rtnl lock without netlink."""
    libc = ctypes.CDLL(None, use_errno=True)
    in_background(lambda: libc.unshare(0x40000000))  # CLONE_NEWNET
    asked()


def ioctler():
    """Sets a flag of lo by ioctl."""
    libc = ctypes.CDLL(None, use_errno=True)
    request = ctypes.create_string_buffer(struct.pack("=16sH22x", b"lo", IFF_UP), 40)
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    in_background(lambda: libc.ioctl(client.fileno(), ctypes.c_ulong(0x8914), request))  # SIOCSIFFLAGS
    asked()


def macsec():
    """Waits for the rtnl lock in a handler of generic netlink, and has that one's lock meanwhile."""
    family = family_id(b"macsec")
    ask(opened(NETLINK_GENERIC), generic(family, 0, REQUEST | DUMP, 7))  # MACSEC_CMD_GET_TXSC


def genericwaiter():
    """Waits for the lock of generic netlink."""
    ask(opened(NETLINK_GENERIC), get_family(b"nlctrl", 7))


def bridger():
    """The kernel works at its request, with the rtnl lock: it waits for a program that is started for the bridge."""
    client = opened()
    data = attribute(IFLA_INFO_DATA, attribute(5, struct.pack("=I", 1)))  # IFLA_BR_STP_STATE
    info = attribute(IFLA_LINKINFO, attribute(IFLA_INFO_KIND, b"bridge") + data)
    ask(client, message(RTM_NEWLINK, REQUEST | ACK | CREATE, 7, link() + attribute(IFLA_IFNAME, b"br7\0") + info))


def prepare_bridger():
    with open(BRIDGE_STP, "w") as script:
        script.write("#!/bin/sh\nexec sleep 600\n")
    os.chmod(BRIDGE_STP, 0o755)


def autoload():
    """Asks for a kind of link for which the kernel loads a module."""
    info = attribute(IFLA_LINKINFO, attribute(IFLA_INFO_KIND, b"nosuchkind"))
    ask(opened(), message(RTM_NEWLINK, REQUEST | ACK | CREATE, 7, link() + attribute(IFLA_IFNAME, b"any0\0") + info))


def socketopener():
    """Opens a socket of a protocol that no kernel has: it loads a module."""

    def job():
        try:
            socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 29)
        except OSError:
            return

    in_background(job)
    asked()


def associator():
    """Adds an association of XFRM whose algorithm is in a module: the lock of XFRM is held while that is loaded."""
    # struct xfrm_usersa_info: selector 56, id 24, source 16, lifetimes 64, current 32, stats 12, seq, reqid 8, …
    identity = bytes([10, 0, 0, 2]) + bytes(12) + struct.pack(">I", 0x100) + bytes([50]) + bytes(3)
    info = bytes(56) + identity + bytes([10, 0, 0, 1]) + bytes(12) + b"\xff" * 32 + bytes(32 + 32 + 12)
    info += struct.pack("=IIHBBB7x", 0, 1, socket.AF_INET, 0, 0, 0)
    info = info[:224]
    cipher = b"cbc(camellia)".ljust(64, b"\0") + struct.pack("=I", 128) + bytes(range(16))
    null = b"digest_null".ljust(64, b"\0") + struct.pack("=I", 0)
    attributes = attribute(2, cipher) + attribute(1, null)  # XFRMA_ALG_CRYPT, XFRMA_ALG_AUTH
    ask(opened(NETLINK_XFRM), message(16, REQUEST | ACK, 7, info + attributes))  # XFRM_MSG_NEWSA


def policyreader():
    """Waits for the lock of XFRM."""
    ask(opened(NETLINK_XFRM), message(21, REQUEST | DUMP, 7, bytes(64)))  # XFRM_MSG_GETPOLICY


def deafpeer():
    """A service of user space with a small receive buffer, which never reads."""
    service = opened(NETLINK_USERSOCK, port=4712)
    service.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 4096)
    asked()
    return service


def blockedsender():
    """Tells that service more than it has room for."""
    client = opened(NETLINK_USERSOCK)

    def job():
        for seq in range(1, 100):
            client.sendto(message(64, 0, seq, bytes(1000)), (4712, 0))

    in_background(job)
    asked()


PREPARATIONS = {"bridger": prepare_bridger}
SCENARIOS = [
    holder,
    waiter,
    dumpwaiter,
    silentwaiter,
    unsharer,
    ioctler,
    macsec,
    genericwaiter,
    bridger,
    autoload,
    socketopener,
    associator,
    policyreader,
    deafpeer,
    blockedsender,
]

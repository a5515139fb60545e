# SPDX-License-Identifier: Apache-2.0
"""Asks the kernel for its links and rules by netlink, with nothing but the standard library.

netlink_client.py SOCKETS REQUESTS: opens so many sockets and keeps them open; sends so many requests, by one socket after
the other, and reads each answer to its end.
"""
import socket
import struct
import sys

NETLINK_ROUTE, RTM_GETLINK, RTM_GETRULE, NLMSG_ERROR, NLMSG_DONE = 0, 18, 34, 2, 3
NLM_F_REQUEST, NLM_F_DUMP = 0x1, 0x300
HEADER = struct.Struct("=IHHII")


def ends(datagram):
    """Whether the last message of the datagram is the last of the answer."""
    at = 0
    while at + HEADER.size <= len(datagram):
        length, kind, _, _, _ = HEADER.unpack_from(datagram, at)
        if kind in (NLMSG_DONE, NLMSG_ERROR):
            return True
        at += (length + 3) & ~3
    return False


def main():
    count, requests = int(sys.argv[1]), int(sys.argv[2])
    sockets = [socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_ROUTE) for _ in range(count)]
    for each in sockets:
        each.bind((0, 0))
    for number in range(requests):
        each = sockets[number % count]
        kind = RTM_GETLINK if number % 2 == 0 else RTM_GETRULE
        body = bytes([socket.AF_UNSPEC]) + bytes(15 if kind == RTM_GETLINK else 11)
        each.send(HEADER.pack(HEADER.size + len(body), kind, NLM_F_REQUEST | NLM_F_DUMP, number + 1, 0) + body)
        while not ends(each.recv(1 << 16)):
            pass


main()

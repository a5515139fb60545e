# SPDX-License-Identifier: Apache-2.0
"""A socket that parent and child share: netlink_child.py TIMES lets both ask by it, in turns."""
import os
import socket
import struct
import sys

REQUEST = struct.pack("=IHHIIBxxxIII", 32, 18, 0x1, 1, 0, 0, 1, 0, 0)  # RTM_GETLINK of interface 1


def ask(shared, times):
    for _ in range(times):
        shared.send(REQUEST)
        shared.recv(1 << 16)


def main():
    times = int(sys.argv[1])
    shared = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
    ask(shared, times)
    child = os.fork()
    if child == 0:
        ask(shared, times)
        os._exit(0)
    os.waitpid(child, 0)
    ask(shared, times)


main()

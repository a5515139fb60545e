# SPDX-License-Identifier: Apache-2.0
"""Carries a socket away: netlink_carrier.py NAMESPACE TIMES opens one here and uses it in another network namespace."""
import ctypes
import os
import socket
import struct
import sys

CLONE_NEWNET = 0x40000000
REQUEST = struct.pack("=IHHIIBxxxIII", 32, 18, 0x1, 1, 0, 0, 1, 0, 0)  # RTM_GETLINK of interface 1


def main():
    carried = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
    if ctypes.CDLL(None).setns(os.open(sys.argv[1], os.O_RDONLY), CLONE_NEWNET) != 0:
        sys.exit("setns")
    for _ in range(int(sys.argv[2])):
        carried.send(REQUEST)
        carried.recv(1 << 16)


main()

# SPDX-License-Identifier: Apache-2.0
"""Hears what the kernel tells listeners.

netlink_listener.py COMMAND [ARGUMENT]...: subscribes to links, neighbours and addresses, runs the command, and reads what
there is to read until the link "last" is gone.
"""
import socket
import struct
import subprocess
import sys

NETLINK_ROUTE, RTM_DELLINK = 0, 17
RTMGRP_LINK, RTMGRP_NEIGH, RTMGRP_IPV4_IFADDR = 0x1, 0x4, 0x10


def main():
    listener = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_ROUTE)
    listener.bind((0, RTMGRP_LINK | RTMGRP_NEIGH | RTMGRP_IPV4_IFADDR))
    listener.settimeout(60)
    command = subprocess.Popen(sys.argv[1:])
    while True:
        datagram, _ = listener.recvfrom(1 << 16)
        (kind,) = struct.unpack_from("=H", datagram, 4)
        if kind == RTM_DELLINK and b"last\0" in datagram:
            break
    sys.exit(command.wait())


main()

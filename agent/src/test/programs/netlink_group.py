# SPDX-License-Identifier: Apache-2.0
"""Listens to one multicast group, any, until it is killed.

netlink_group.py PROTOCOL GROUP
"""
import socket
import sys

SOL_NETLINK, NETLINK_ADD_MEMBERSHIP = 270, 1

listener = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, int(sys.argv[1]))
listener.bind((0, 0))
listener.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, int(sys.argv[2]))
while True:
    listener.recv(1 << 16)

# SPDX-License-Identifier: Apache-2.0
"""Clients of which each request is answered, and that never get on: class E. And healthy ones, who only look odd."""

import errno
import os
import select
import socket
import struct
import subprocess
import time

from netlink_wire import *


def done(client):
    while not is_done(client.recv(65536)):
        pass


def interrupted():
    """Dumps until nothing has changed meanwhile; something always does."""
    client, other = opened(), opened()

    def job():
        seq = 0
        while True:
            seq += 1
            client.send(get_addresses(seq))
            datagram = client.recv(8192)
            other.send(change_address(RTM_NEWADDR if seq % 2 else RTM_DELADDR, 1, ACK, seq))
            other.recv(65536)
            while not is_done(datagram):
                datagram = client.recv(8192)
            time.sleep(0.1)

    in_background(job)
    asked()


def resyncing():
    """Loses notifications, dumps everything anew, and has lost more meanwhile."""
    listener = opened(groups=RTMGRP_IPV4_IFADDR)
    listener.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 4096)
    client = opened()

    def job():
        seq = 0
        while True:
            try:
                listener.recv(65536)
            except OSError as e:
                if e.errno != errno.ENOBUFS:
                    raise
                seq += 1
                client.send(get_links(seq))
                done(client)
                time.sleep(0.4)

    in_background(job)
    asked()


def changer():
    """Healthy: changes addresses all the time, and asks for no acknowledgement."""
    client = opened()

    def job():
        seq = 0
        while True:
            for _ in range(40):
                seq += 1
                client.send(change_address(RTM_NEWADDR if seq % 2 else RTM_DELADDR, 2, 0, seq))
            time.sleep(0.2)

    in_background(job)
    asked()


def outdated():
    """Its batches are for rules that are not those of now, and are refused."""
    client = opened(NETLINK_NETFILTER)
    generation = attribute(1, struct.pack(">I", 0x7FFFFFFF))  # NFNL_BATCH_GENID

    def job():
        seq = 0
        while True:
            seq += 3
            table = nft(0, REQUEST | ACK | CREATE, seq + 1, attribute(1, b"outdated\0"))
            client.send(batch(True, seq, attributes=generation) + table + batch(False, seq + 2))
            client.recv(65536)
            time.sleep(0.3)

    in_background(job)
    asked()


def refused():
    """Wants to delete a chain that another one jumps to, and tries again."""
    client = opened(NETLINK_NETFILTER)

    def job():
        seq = 0
        while True:
            seq += 3
            chain = nft(5, REQUEST | ACK, seq + 1, attribute(1, b"busy\0") + attribute(3, b"used\0"))
            client.send(batch(True, seq) + chain + batch(False, seq + 2))
            client.recv(65536)
            time.sleep(0.3)

    in_background(job)
    asked()


def prepare_refused():
    rules = "table bridge busy { chain used { }; chain user { jump used; }; }"
    subprocess.run(["nft", "-f", "-"], input=rules.encode(), check=True)


# --- healthy ones ------------------------------------------------------------------------------------------------------


def subscriber():
    """Listens to link changes, of which there are none."""
    client = opened(groups=RTMGRP_LINK)
    wait_for_answer(client)


def monitor():
    """ip monitor."""
    child = subprocess.Popen(["ip", "monitor", "all"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    asked()
    return child


def poller():
    """Asks each second."""
    client = opened()

    def job():
        seq = 0
        while True:
            seq += 1
            client.send(get_link(seq))
            client.recv(65536)
            time.sleep(1)

    in_background(job)
    asked()


def eventloop():
    """Waits for its sockets with epoll, as programs in Go do: asks now and then, and listens."""
    client, listener = opened(), opened(groups=RTMGRP_LINK)
    poll = select.epoll()
    for each in (client, listener):
        each.setblocking(False)
        poll.register(each, select.EPOLLIN)

    def job():
        seq = 0
        while True:
            if seq < 5:
                seq += 1
                client.send(get_link(seq))
            for descriptor, _ in poll.poll():
                (client if descriptor == client.fileno() else listener).recv(65536)

    in_background(job)
    asked()


def slowreader():
    """Reads a part of a dump now and then, and gets on."""
    client = opened()

    def job():
        seq = 0
        while True:
            seq += 1
            client.send(get_addresses(seq))
            while not is_done(client.recv(4096)):
                time.sleep(1)

    in_background(job)
    asked()


def earlycloser():
    """Closes its socket before the end of a dump, and does other things."""
    client = opened()
    client.send(get_addresses(5))
    client.recv(65536)
    client.close()
    asked()


def leaver():
    """Ends in the middle of a dump."""
    client = opened()
    client.send(get_addresses(5))
    client.recv(65536)
    asked()
    os._exit(0)


PREPARATIONS = {name: many_addresses for name in ("interrupted", "slowreader", "earlycloser", "leaver")}
PREPARATIONS["refused"] = prepare_refused
SCENARIOS = [
    interrupted,
    resyncing,
    changer,
    outdated,
    refused,
    subscriber,
    monitor,
    poller,
    eventloop,
    slowreader,
    earlycloser,
    leaver,
]

#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What the demo's other pod runs. It talks netlink too, but nobody asked for it: not one of its messages may be in the
# capture. Each names the device bystander0, so that one look for that name tells. It writes a line per round.
ip link set lo up
ip link add bystander0 type veth peer name bystander1
ip addr add 10.43.0.2/24 dev bystander0
ip link set bystander0 up
round=0
while :; do
    round=$((round + 1))
    ip link set bystander0 alias "bystander0 in round $round"
    ip link show bystander0
    nft add table bridge bystander0
    tc qdisc replace dev bystander0 root pfifo limit $((100 + round % 100))
    echo "round $round"
    sleep 0.2
done

#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What the demo's selected pod runs: it keeps its network in order with the usual programs, as a router would, and all
# of them talk netlink; but for one that is stopped. It ends with its pod.
ip link set lo up
ip link add eth0 type veth peer name uplink
ip link set uplink up
ip addr add 10.42.0.2/24 dev eth0
ip link set eth0 up
# Of nftables' families the kernel of User Mode Linux has only this one.
nft add table bridge demo
nft 'add chain bridge demo input { type filter hook input priority 0; policy accept; }'
# It listens to what is changed, and then does not read on: whoever waits for what it would say waits for ever.
ip monitor route >/dev/null &
listener=$!
sleep 1
kill -STOP "$listener"
round=0
while :; do
    round=$((round + 1))
    ip route replace "198.51.100.$((round % 250))/32" via 10.42.0.1 dev eth0
    ip neigh replace 10.42.0.1 lladdr 02:00:00:00:00:01 dev eth0
    ip -brief addr show
    ip rule show
    tc qdisc replace dev eth0 root pfifo limit $((100 + round % 100))
    tc -s qdisc show dev eth0
    nft add rule bridge demo input ether saddr "02:00:00:00:00:$(printf %02x $((round % 256)))" counter
    nft list table bridge demo
    ss -tan
    sleep 0.2
done

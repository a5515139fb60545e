# SPDX-License-Identifier: Apache-2.0
"""agreement.py JUDGE CAPTURES OURS: compares values that nltap decoded with those that others tell of the same messages.

JUDGE is ip, nft, conntrack, xfrm, ipvs, ovs, wireguard, wifi, pyroute2 or tshark. CAPTURES is the directory with NAME.pcap and NAME.out, OURS one with
NAME.jsonl, a JSON object for each message. Prints how many values were compared, and each that differs; exits with 1 when
one does.
"""
import base64
import ipaddress
import json
import pathlib
import re
import subprocess
import struct
import sys
import xml.etree.ElementTree

captures, ours = pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
compared, different = 0, []


def messages(name, *types):
    """Answers, not requests."""
    found = [json.loads(line) for line in (ours / f"{name}.jsonl").read_text().splitlines()]
    return [m for m in found if m["type"] in types and "REQUEST" not in m["flags"]]


def printed(name):
    return [json.loads(line) for line in (captures / f"{name}.out").read_text().splitlines() if line.startswith("[")]


def same(what, theirs, mine):
    global compared
    compared += 1
    if theirs != mine:
        different.append(f"{what}: they say {theirs!r}, nltap {mine!r}")


def short(name, *prefixes):
    for prefix in prefixes:
        if isinstance(name, str) and name.startswith(prefix):
            return name[len(prefix):].lower()
    return str(name)


def device_names():
    return {m["header"]["ifi_index"]: m["attributes"]["IFLA_IFNAME"] for m in messages("link-json", "RTM_NEWLINK")}


def ip_links():
    mine = {m["header"]["ifi_index"]: m for m in messages("link-json", "RTM_NEWLINK")}
    for link in printed("link-json")[0]:
        if not link:
            continue
        m = mine[link["ifindex"]]
        a, name = m["attributes"], link["ifname"]
        same(name, name, a["IFLA_IFNAME"])
        same(f"{name} mtu", link["mtu"], a["IFLA_MTU"])
        same(f"{name} qdisc", link["qdisc"], a["IFLA_QDISC"])
        same(f"{name} state", link["operstate"], a["IFLA_OPERSTATE"].removeprefix("IF_OPER_"))
        same(f"{name} txqlen", link.get("txqlen", 0), a["IFLA_TXQLEN"])
        hidden = {"RUNNING"}
        flags = {f.removeprefix("IFF_") for f in m["header"]["ifi_flags"]} - hidden
        same(f"{name} flags", set(link["flags"]) - {"NO-CARRIER", "M-DOWN"}, flags)
        if "address" in link and "IFLA_ADDRESS" in a:
            same(f"{name} address", link["address"], a["IFLA_ADDRESS"])
        same(f"{name} promiscuity", link["promiscuity"], a["IFLA_PROMISCUITY"])
        same(f"{name} min_mtu", link["min_mtu"], a["IFLA_MIN_MTU"])
        same(f"{name} queues", link["num_tx_queues"], a["IFLA_NUM_TX_QUEUES"])
        if "linkinfo" in link:
            ip_kind(name, link["linkinfo"], a["IFLA_LINKINFO"])


KINDS = {
    "vlan": {"id": "IFLA_VLAN_ID"},
    "vxlan": {"id": "IFLA_VXLAN_ID", "remote": "IFLA_VXLAN_GROUP", "local": "IFLA_VXLAN_LOCAL", "port": "IFLA_VXLAN_PORT",
              "ttl": "IFLA_VXLAN_TTL", "ageing": "IFLA_VXLAN_AGEING"},
    "vrf": {"table": "IFLA_VRF_TABLE"},
    "gretap": {"remote": "IFLA_GRE_REMOTE", "local": "IFLA_GRE_LOCAL"},
    "geneve": {"id": "IFLA_GENEVE_ID", "remote": "IFLA_GENEVE_REMOTE", "port": "IFLA_GENEVE_PORT"},
    "ip6tnl": {"remote": "IFLA_IPTUN_REMOTE", "local": "IFLA_IPTUN_LOCAL", "ttl": "IFLA_IPTUN_TTL"},
    "bridge": {"forward_delay": "IFLA_BR_FORWARD_DELAY", "hello_time": "IFLA_BR_HELLO_TIME", "priority": "IFLA_BR_PRIORITY",
               "vlan_filtering": "IFLA_BR_VLAN_FILTERING", "max_age": "IFLA_BR_MAX_AGE", "group_addr": "IFLA_BR_GROUP_ADDR",
               "mcast_hash_max": "IFLA_BR_MCAST_HASH_MAX", "mcast_querier_interval": "IFLA_BR_MCAST_QUERIER_INTVL"},
    "bond": {"miimon": "IFLA_BOND_MIIMON", "min_links": "IFLA_BOND_MIN_LINKS", "lp_interval": "IFLA_BOND_LP_INTERVAL",
             "resend_igmp": "IFLA_BOND_RESEND_IGMP", "packets_per_slave": "IFLA_BOND_PACKETS_PER_SLAVE"},
}


ANY = {"0.0.0.0": ("0.0.0.0", "::"), "::": ("0.0.0.0", "::")}


def ip_kind(name, theirs, mine):
    kind = theirs.get("info_kind")
    if kind:
        same(f"{name} kind", kind, mine["IFLA_INFO_KIND"])
    data = mine.get("IFLA_INFO_DATA", {})
    for key, attribute in KINDS.get(kind, {}).items():
        if key in theirs.get("info_data", {}) and attribute in data:
            value = theirs["info_data"][key]
            same(f"{name} {key}", {"any": ("0.0.0.0", "::")}.get(value, value), ANY.get(data[attribute], data[attribute]))
    if theirs.get("info_slave_kind") == "bridge":
        port = mine["IFLA_INFO_SLAVE_DATA"]
        same(f"{name} port state", theirs["info_slave_data"]["state"], short(port["IFLA_BRPORT_STATE"], "BR_STATE_"))
        same(f"{name} port cost", theirs["info_slave_data"]["cost"], port["IFLA_BRPORT_COST"])
        same(f"{name} root", theirs["info_slave_data"]["root_id"][-17:].split(".")[-1].replace(":", "").lstrip("0"),
             port["IFLA_BRPORT_ROOT_ID"]["addr"].replace(":", "").lstrip("0"))


def ip_addresses():
    mine = {}
    for m in messages("address-json", "RTM_NEWADDR"):
        a = m["attributes"]
        mine[m["header"]["ifa_index"], a.get("IFA_LOCAL", a.get("IFA_ADDRESS"))] = m
    for link in printed("address-json")[0]:
        for address in link.get("addr_info", []):
            m = mine.pop((link["ifindex"], address["local"]))
            a, what = m["attributes"], address["local"]
            same(what, address["family"], {"AF_INET": "inet", "AF_INET6": "inet6"}[m["header"]["ifa_family"]])
            same(f"{what} prefix", address["prefixlen"], m["header"]["ifa_prefixlen"])
            scope = {"RT_SCOPE_UNIVERSE": "global"}.get(m["header"]["ifa_scope"], short(m["header"]["ifa_scope"], "RT_SCOPE_"))
            same(f"{what} scope", address["scope"], scope)
            same(f"{what} valid", address["valid_life_time"], a["IFA_CACHEINFO"]["ifa_valid"])
            same(f"{what} preferred", address["preferred_life_time"], a["IFA_CACHEINFO"]["ifa_prefered"])
            if "broadcast" in address:
                same(f"{what} broadcast", address["broadcast"], a["IFA_BROADCAST"])
            if "label" in address:
                same(f"{what} label", address["label"], a["IFA_LABEL"])
    same("addresses that ip does not show", {}, mine)


def ip_routes():
    names = device_names()
    shown = [route for part in printed("route-json") for route in part if route]
    mine = [m for m in messages("route-json", "RTM_NEWROUTE")]
    same("number of routes", len(shown), len(mine))
    for route, m in zip(shown, mine):
        a, h = m["attributes"], m["header"]
        what = route["dst"]
        if route.get("encap") != "mpls":  # ip prints the labels under the same name
            plain = "default" if "RTA_DST" not in a else a["RTA_DST"]
            length = h["rtm_dst_len"]
            full = 32 if h["rtm_family"] == "AF_INET" else 128
            same(what, what, plain if plain == "default" or length == full else f"{plain}/{length}")
        else:
            same("labels", what, a["RTA_ENCAP"]["MPLS_IPTUNNEL_DST"])
        same(f"{what} type", route.get("type", "unicast"), short(h["rtm_type"], "RTN_"))
        same(f"{what} protocol", route.get("protocol", "boot"), short(h["rtm_protocol"], "RTPROT_"))
        if "dev" in route:
            same(f"{what} dev", route["dev"], names[a["RTA_OIF"]])
        for key, attribute in {"gateway": "RTA_GATEWAY", "prefsrc": "RTA_PREFSRC", "metric": "RTA_PRIORITY"}.items():
            if key in route:
                same(f"{what} {key}", route[key], a[attribute])
        if "table" in route:
            same(f"{what} table", route["table"], short(a["RTA_TABLE"], "RT_TABLE_"))
        if "scope" in route:
            same(f"{what} scope", route["scope"], short(h["rtm_scope"], "RT_SCOPE_"))
        if "pref" in route:
            same(f"{what} pref", route["pref"], short(a["RTA_PREF"], "ICMPV6_ROUTER_PREF_"))
        for metric, value in [item for part in route.get("metrics", []) for item in part.items()]:
            same(f"{what} {metric}", value, a["RTA_METRICS"]["RTAX_" + metric.upper()])
        for hop, part in zip(route.get("nexthops", []), a.get("RTA_MULTIPATH", [])):
            same(f"{what} hop", hop["gateway"], part["RTA_GATEWAY"])
            same(f"{what} hop dev", hop["dev"], names[part["rtnh_ifindex"]])
            same(f"{what} weight", hop["weight"], part["rtnh_hops"] + 1)


def ip_neighbours():
    names = device_names()
    mine = {(names[m["header"]["ndm_ifindex"]], m["attributes"].get("NDA_DST")): m
            for m in messages("neighbour-json", "RTM_NEWNEIGH")}
    for neighbour in printed("neighbour-json")[0]:
        m = mine[neighbour["dev"], neighbour["dst"]]
        same(neighbour["dst"], neighbour["lladdr"], m["attributes"]["NDA_LLADDR"])
        same(f"{neighbour['dst']} state", neighbour["state"], [s.removeprefix("NUD_") for s in m["header"]["ndm_state"]])


def ip_rules():
    mine = messages("rule-json", "RTM_NEWRULE")
    shown = printed("rule-json")[0]
    same("number of rules", len(shown), len(mine))
    for rule, m in zip(shown, mine):
        a, what = m["attributes"], f"rule {rule['priority']}"
        same(what, rule["priority"], a.get("FRA_PRIORITY", 0))
        same(f"{what} src", rule["src"], a.get("FRA_SRC", "all"))
        same(f"{what} srclen", rule.get("srclen", 0), m["header"]["src_len"])
        if "table" in rule:
            same(f"{what} table", rule["table"], short(a["FRA_TABLE"], "RT_TABLE_"))
        if "fwmark" in rule:
            same(f"{what} mark", int(rule["fwmark"], 16), a["FRA_FWMARK"])
            same(f"{what} mask", int(rule["fwmask"], 16), a["FRA_FWMASK"])
        if "iif" in rule:
            same(f"{what} iif", rule["iif"], a["FRA_IIFNAME"])
        if "ipproto" in rule:
            same(f"{what} protocol", rule["ipproto"], short(a["FRA_IP_PROTO"], "IPPROTO_"))
        if "dport_start" in rule:
            same(f"{what} ports", [rule["dport_start"], rule["dport_end"]], list(a["FRA_DPORT_RANGE"].values()))
        if "uid_start" in rule:
            same(f"{what} uids", [rule["uid_start"], rule["uid_end"]], list(a["FRA_UID_RANGE"].values()))


def ip():
    ip_links()
    ip_addresses()
    ip_routes()
    ip_neighbours()
    ip_rules()


FAMILIES = {"NFPROTO_INET": "inet", "NFPROTO_IPV4": "ip", "NFPROTO_IPV6": "ip6", "NFPROTO_BRIDGE": "bridge"}


def by_handle(kind, attribute):
    return {int(m["attributes"][attribute]): m for m in messages("nft-json", kind)}


def nft():
    shown = [item for line in (captures / "nft-json.out").read_text().splitlines() if line.startswith("{")
             for item in json.loads(line)["nftables"]]
    tables, chains = by_handle("NFT_MSG_NEWTABLE", "NFTA_TABLE_HANDLE"), by_handle("NFT_MSG_NEWCHAIN", "NFTA_CHAIN_HANDLE")
    rules, sets = by_handle("NFT_MSG_NEWRULE", "NFTA_RULE_HANDLE"), by_handle("NFT_MSG_NEWSET", "NFTA_SET_HANDLE")
    objects = by_handle("NFT_MSG_NEWOBJ", "NFTA_OBJ_HANDLE")
    for item in shown:
        kind, theirs = next(iter(item.items()))
        if kind == "table":
            m = tables[theirs["handle"]]
            same("table", theirs["name"], m["attributes"]["NFTA_TABLE_NAME"])
            same("family", theirs["family"], FAMILIES[m["header"]["nfgen_family"]])
        elif kind == "chain":
            a = chains[theirs["handle"]]["attributes"]
            same("chain", theirs["name"], a["NFTA_CHAIN_NAME"])
            if "type" in theirs:
                same(f"{theirs['name']} type", theirs["type"], a["NFTA_CHAIN_TYPE"])
                same(f"{theirs['name']} priority", theirs["prio"], a["NFTA_CHAIN_HOOK"]["NFTA_HOOK_PRIORITY"])
                hook = short(a["NFTA_CHAIN_HOOK"]["NFTA_HOOK_HOOKNUM"], "NF_INET_LOCAL_", "NF_INET_").replace("_", "")
                same(f"{theirs['name']} hook", theirs["hook"].replace("put", ""), hook.replace("put", ""))
                same(f"{theirs['name']} policy", theirs["policy"], short(a["NFTA_CHAIN_POLICY"], "NF_"))
        elif kind == "rule":
            a = rules[theirs["handle"]]["attributes"]
            same(f"rule {theirs['handle']}", theirs["chain"], a["NFTA_RULE_CHAIN"])
            nft_rule(theirs["handle"], theirs["expr"], expressions(a))
        elif kind in ("set", "map"):
            a = sets[theirs["handle"]]["attributes"]
            same(kind, theirs["name"], a["NFTA_SET_NAME"])
            flags = {f.removeprefix("NFT_SET_").lower() for f in a.get("NFTA_SET_FLAGS", [])} - {"map", "eval", "anonymous"}
            same(f"{theirs['name']} flags", set(theirs.get("flags", [])) - {"dynamic"}, flags)
            if theirs.get("type") == "ipv4_addr" and "elem" in theirs:
                nft_elements(theirs)
        elif kind in ("counter", "quota"):
            a = objects[theirs["handle"]]["attributes"]
            same(kind, theirs["name"], a["NFTA_OBJ_NAME"])
            same(f"{theirs['name']} bytes", theirs["bytes"] * 1024 * 1024 if kind == "quota" and theirs["bytes"] < 1 << 20
                 else theirs["bytes"], a["NFTA_OBJ_DATA"][f"NFTA_{kind.upper()}_BYTES"])


def expressions(attributes):
    found = attributes.get("NFTA_RULE_EXPRESSIONS", {}).get("NFTA_LIST_ELEM", [])
    return [found] if isinstance(found, dict) else found


def nft_rule(handle, theirs, mine):
    """What nft makes of several expressions is one of its own; some stand for themselves."""
    data = {}
    for expression in mine:
        data.setdefault(expression["NFTA_EXPR_NAME"], []).append(expression.get("NFTA_EXPR_DATA", {}))
    for expression in theirs:
        kind, value = next(iter(expression.items()))
        what = f"rule {handle} {kind}"
        if kind == "limit":
            limit = data["limit"][0]
            same(f"{what} rate", value["rate"], limit["NFTA_LIMIT_RATE"])
            same(f"{what} burst", value["burst"], limit["NFTA_LIMIT_BURST"])
        elif kind == "log":
            same(f"{what} prefix", value["prefix"], data["log"][0]["NFTA_LOG_PREFIX"])
            level = short(data["log"][0]["NFTA_LOG_LEVEL"], "NFT_LOGLEVEL_").replace("warning", "warn")
            same(f"{what} level", value.get("level", "warn"), level)
        elif kind in ("accept", "drop"):
            verdict = data["immediate"][-1]["NFTA_IMMEDIATE_DATA"]["NFTA_DATA_VERDICT"]["NFTA_VERDICT_CODE"]
            same(what, kind, short(verdict, "NF_"))
        elif kind == "counter" and isinstance(value, dict):
            same(f"{what} packets", value["packets"], data["counter"][0]["NFTA_COUNTER_PACKETS"])
        elif kind == "counter":
            same(what, value, data["objref"][0]["NFTA_OBJREF_IMM_NAME"])
        elif kind == "queue":
            same(what, value["num"]["range"][0], data["queue"][0]["NFTA_QUEUE_NUM"])
        elif kind == "reject":
            same(what, "NFT_REJECT_ICMP_UNREACH", data["reject"][0]["NFTA_REJECT_TYPE"])
        elif kind == "masquerade":
            same(what, ["NF_NAT_RANGE_PROTO_RANDOM"], data["masq"][0]["NFTA_MASQ_FLAGS"])
        elif kind == "match" and isinstance(value["right"], str) and value["left"] == {"meta": {"key": "iifname"}}:
            name = bytes.fromhex(data["cmp"][0]["NFTA_CMP_DATA"]["NFTA_DATA_VALUE"]["raw"]).rstrip(b"\0").decode()
            same(what, value["right"], name)


def nft_elements(theirs):
    mine = set()
    for m in messages("nft-json", "NFT_MSG_NEWSETELEM"):
        if m["attributes"]["NFTA_SET_ELEM_LIST_SET"] == theirs["name"]:
            for element in m["attributes"]["NFTA_SET_ELEM_LIST_ELEMENTS"]:
                if "NFT_SET_ELEM_INTERVAL_END" not in element.get("NFTA_SET_ELEM_FLAGS", []):
                    key = bytes.fromhex(element["NFTA_SET_ELEM_KEY"]["NFTA_DATA_VALUE"]["raw"])
                    mine.add(str(ipaddress.ip_address(key)))
    shown = {e["prefix"]["addr"] if isinstance(e, dict) else e for e in theirs["elem"]}
    same(f"elements of {theirs['name']}", shown, mine)


def conntrack():
    for name in ("conntrack-xml", "conntrack-xml6"):
        text = (captures / f"{name}.out").read_text()
        flows = xml.etree.ElementTree.fromstring(text[text.index("<conntrack>"):text.index("</conntrack>") + 12])
        mine = {m["attributes"]["CTA_ID"]: m["attributes"] for m in messages(name, "IPCTNL_MSG_CT_NEW")}
        for flow in flows:
            ident = int(flow.find("meta[@direction='independent']/id").text)
            a = mine[ident]
            for direction, attribute in (("original", "CTA_TUPLE_ORIG"), ("reply", "CTA_TUPLE_REPLY")):
                meta, addresses = flow.find(f"meta[@direction='{direction}']"), a[attribute]["CTA_TUPLE_IP"]
                protocol = a[attribute]["CTA_TUPLE_PROTO"]
                for side in ("src", "dst"):
                    address = [v for k, v in addresses.items() if k.endswith(side.upper())][0]
                    same(f"{ident} {direction} {side}", meta.find(f"layer3/{side}").text, address)
                same(f"{ident} protocol", meta.find("layer4").get("protoname"), short(protocol["CTA_PROTO_NUM"], "IPPROTO_"))
                for port, key in (("sport", "CTA_PROTO_SRC_PORT"), ("dport", "CTA_PROTO_DST_PORT"),
                                  ("type", "CTA_PROTO_ICMP_TYPE"), ("id", "CTA_PROTO_ICMP_ID")):
                    if meta.find(f"layer4/{port}") is not None:
                        same(f"{ident} {port}", int(meta.find(f"layer4/{port}").text), protocol[key])
            meta = flow.find("meta[@direction='independent']")
            same(f"{ident} timeout", int(meta.find("timeout").text), a["CTA_TIMEOUT"])
            same(f"{ident} use", int(meta.find("use").text), a["CTA_USE"])
            if meta.find("mark") is not None:
                same(f"{ident} mark", int(meta.find("mark").text), a["CTA_MARK"])
            same(f"{ident} assured", meta.find("assured") is not None, "IPS_ASSURED" in a["CTA_STATUS"])
            same(f"{ident} answered", meta.find("unreplied") is None, "IPS_SEEN_REPLY" in a["CTA_STATUS"])
            if meta.find("state") is not None:
                state = a["CTA_PROTOINFO"]["CTA_PROTOINFO_TCP"]["CTA_PROTOINFO_TCP_STATE"]
                same(f"{ident} state", meta.find("state").text, state.removeprefix("TCP_CONNTRACK_"))


def xfrm():
    text = (captures / "xfrm-state.out").read_text()
    states = [s for s in re.split(r"(?m)^(?=src )", text) if s]
    mine = messages("xfrm-state", "XFRM_MSG_NEWSA")
    same("number of states", len(states), len(mine))
    for state, m in zip(states, mine):
        h, a = m["header"], m["attributes"]
        src, dst = re.match(r"src (\S+) dst (\S+)", state).groups()
        spi, reqid, mode = re.search(r"spi 0x(\w+) reqid (\d+) mode (\w+)", state).groups()
        same("src", src, h["saddr"])
        same("dst", dst, h["daddr"])
        same("spi", int(spi, 16), h["spi"])
        same("reqid", int(reqid), h["reqid"])
        same("mode", mode, short(h["mode"], "XFRM_MODE_"))
        for word, attribute in (("auth-trunc", "XFRMA_ALG_AUTH_TRUNC"), ("enc", "XFRMA_ALG_CRYPT"), ("aead", "XFRMA_ALG_AEAD")):
            found = re.search(rf"\t{word} (\S+) 0x(\w+)(?: (\d+))?", state)
            if found:
                name, key, bits = found.groups()
                same(f"{word} name", name, a[attribute]["alg_name"])
                same(f"{word} bits", len(key) * 4, a[attribute]["alg_key_len"])
                same(f"{word} key", {"secret": len(key) // 2}, a[attribute]["alg_key"])
                if bits:
                    same(f"{word} icv", int(bits), a[attribute].get("alg_trunc_len", a[attribute].get("alg_icv_len")))
        sel = re.search(r"sel src (\S+)/(\d+) dst (\S+)/(\d+)", state)
        if sel and h["sel"]["family"] != "AF_UNSPEC":
            same("selector", sel.groups(), (h["sel"]["saddr"], str(h["sel"]["prefixlen_s"]),
                                            h["sel"]["daddr"], str(h["sel"]["prefixlen_d"])))
        same("key nowhere", False, any(k in json.dumps(m) for k in re.findall(r"0x(\w{20,})", state)))
    text = (captures / "xfrm-policy-list.out").read_text()
    mine = messages("xfrm-policy-list", "XFRM_MSG_NEWPOLICY")
    for policy, m in zip([p for p in re.split(r"(?m)^(?=src )", text) if p], mine):
        sel = m["header"]["sel"]
        src, dst = re.match(r"src (\S+) dst (\S+)", policy).groups()
        same("policy", (src, dst), (f"{sel['saddr']}/{sel['prefixlen_s']}", f"{sel['daddr']}/{sel['prefixlen_d']}"))
        direction, priority = re.search(r"dir (\w+) priority (\d+)", policy).groups()
        same("direction", direction, short(m["header"]["dir"], "XFRM_POLICY_"))
        same("priority", int(priority), m["header"]["priority"])
        template = m["attributes"]["XFRMA_TMPL"][0]
        ends = re.search(r"tmpl src (\S+) dst (\S+)\n\s+proto (\w+) reqid (\d+) mode (\w+)", policy).groups()
        same("template", ends, (template["saddr"], template["daddr"], short(template["proto"], "IPPROTO_"),
                                str(template["reqid"]), short(template["mode"], "XFRM_MODE_")))


METHODS = {"Masq": "IP_VS_CONN_F_MASQ", "Route": "IP_VS_CONN_F_DROUTE", "Tunnel": "IP_VS_CONN_F_TUNNEL"}


def ends(text):
    """Address and port of 192.0.2.1:80 or [2001:db8::1]:53."""
    address, port = text.rsplit(":", 1)
    return address.strip("[]"), int(port)


def ipvs():
    """What ipvsadm -Ln printed: a line for each service, and below it one for each destination."""
    services = [m["attributes"]["IPVS_CMD_ATTR_SERVICE"] for m in messages("ipvs-list", "IPVS_CMD_NEW_SERVICE")]
    destinations = [m["attributes"]["IPVS_CMD_ATTR_DEST"] for m in messages("ipvs-list", "IPVS_CMD_NEW_DEST")]
    shown = [line.split() for line in (captures / "ipvs-list.out").read_text().splitlines()]
    for line in shown:
        if line[0] in ("TCP", "UDP"):
            a = next(s for s in services if s.get("IPVS_SVC_ATTR_PROTOCOL") == "IPPROTO_" + line[0])
            same("service", ends(line[1]), (a["IPVS_SVC_ATTR_ADDR"], a["IPVS_SVC_ATTR_PORT"]))
        elif line[0] == "FWM":
            a = next(s for s in services if "IPVS_SVC_ATTR_FWMARK" in s)
            same("mark", int(line[1]), a["IPVS_SVC_ATTR_FWMARK"])
            same("persistent", int(line[4]), a["IPVS_SVC_ATTR_TIMEOUT"])
        elif line[0] == "->" and line[1] != "RemoteAddress:Port":
            a = next(d for d in destinations if d["IPVS_DEST_ATTR_ADDR"] == ends(line[1])[0])
            same(f"{line[1]} port", ends(line[1])[1], a["IPVS_DEST_ATTR_PORT"])
            same(f"{line[1]} method", METHODS[line[2]], a["IPVS_DEST_ATTR_FWD_METHOD"])
            same(f"{line[1]} weight", int(line[3]), a["IPVS_DEST_ATTR_WEIGHT"])
            same(f"{line[1]} active", int(line[4]), a["IPVS_DEST_ATTR_ACTIVE_CONNS"])
            same(f"{line[1]} inactive", int(line[5]), a["IPVS_DEST_ATTR_INACT_CONNS"])
            continue
        else:
            continue
        same(f"{line[1]} scheduler", line[2], a["IPVS_SVC_ATTR_SCHED_NAME"])
        same(f"{line[1]} persists", "persistent" in line, "IP_VS_SVC_F_PERSISTENT" in a["IPVS_SVC_ATTR_FLAGS"]["flags"])


def ovs():
    """What ovs-dpctl show and dump-flows printed of the same datapath."""
    shown = (captures / "ovs-show.out").read_text()
    ports = {m["attributes"]["OVS_VPORT_ATTR_PORT_NO"]: m["attributes"] for m in messages("ovs-show", "OVS_VPORT_CMD_GET")}
    for number, name in re.findall(r"port (\d+): (\w+)", shown):
        same(f"port {number}", name, ports[int(number)]["OVS_VPORT_ATTR_NAME"])
    datapath = messages("ovs-show", "OVS_DP_CMD_GET")[-1]["attributes"]
    same("datapath", re.search(r"@(\w+):", shown)[1], datapath["OVS_DP_ATTR_NAME"])
    lookups = re.search(r"hit:(\d+) missed:(\d+) lost:(\d+)\s+flows: (\d+)", shown).groups()
    stats = datapath["OVS_DP_ATTR_STATS"]
    same("lookups", [int(n) for n in lookups], [stats[k] for k in ("n_hit", "n_missed", "n_lost", "n_flows")])
    same("masks", int(re.search(r"total:(\d+)", shown)[1]), datapath["OVS_DP_ATTR_MEGAFLOW_STATS"]["n_masks"])
    same("cache", int(re.search(r"size:(\d+)", shown)[1]), datapath["OVS_DP_ATTR_MASKS_CACHE_SIZE"])

    flows = {m["attributes"]["OVS_FLOW_ATTR_KEY"]["OVS_KEY_ATTR_IN_PORT"]: m["attributes"]
             for m in messages("ovs-flows", "OVS_FLOW_CMD_GET")}
    printed_flows = re.findall(r"in_port\((\d+)\),(.*), packets:(\d+), bytes:(\d+), .*actions:(.*)",
                               (captures / "ovs-flows.out").read_text())
    same("number of flows", len(flows), len(printed_flows))
    for port, match, packets, octets, actions in printed_flows:
        a = flows[int(port)]
        key, done = a["OVS_FLOW_ATTR_KEY"], a["OVS_FLOW_ATTR_ACTIONS"]
        for word, attribute, prefix in (("eth", "ETHERNET", "eth_"), ("ipv4", "IPV4", "ipv4_"), ("ipv6", "IPV6", "ipv6_"),
                                        ("tcp", "TCP", "tcp_"), ("udp", "UDP", "udp_"), ("arp", "ARP", "arp_")):
            for name, value in re.findall(r"(\w+)=([^,/]+)", (re.search(rf"\b{word}\(([^)]*)\)", match) or ["", ""])[1]):
                if name != "frag":
                    same(f"flow {port} {word} {name}", value, str(key["OVS_KEY_ATTR_" + attribute][prefix + name]))
        same(f"flow {port} type", int(re.search(r"eth_type\((\w+)\)", match)[1], 16), key["OVS_KEY_ATTR_ETHERTYPE"])
        counted = a.get("OVS_FLOW_ATTR_STATS", {"n_packets": 0, "n_bytes": 0})
        same(f"flow {port} packets", [int(packets), int(octets)], [counted["n_packets"], counted["n_bytes"]])
        output = [int(n) for n in re.findall(r"(?:^|,)(\d+)", actions)]
        mine = done.get("OVS_ACTION_ATTR_OUTPUT", [])
        same(f"flow {port} output", output, mine if isinstance(mine, list) else [mine])
        vlan = re.search(r"push_vlan\(vid=(\d+),pcp=(\d+)\)", actions)
        if vlan:  # 0x1000: there is a tag
            same(f"flow {port} tag", int(vlan[2]) << 13 | 0x1000 | int(vlan[1]), done["OVS_ACTION_ATTR_PUSH_VLAN"]["vlan_tci"])


def wireguard():
    """What wg show wg7 dump printed: a line for the device, and one for each peer. Of the keys only that they are there."""
    (private, public, port, mark), *peers = [line.split("\t") for line in (captures / "wireguard-dump.out").read_text().splitlines()]
    a = messages("wireguard-dump", "WG_CMD_GET_DEVICE")[0]["attributes"]
    key = lambda text: base64.b64decode(text).hex()
    same("private key", {"secret": 32}, a["WGDEVICE_A_PRIVATE_KEY"])
    same("public key", key(public), a["WGDEVICE_A_PUBLIC_KEY"]["raw"])
    same("port", int(port), a["WGDEVICE_A_LISTEN_PORT"])
    same("mark", int(mark, 16), a["WGDEVICE_A_FWMARK"])
    same("number of peers", len(peers), len(a["WGDEVICE_A_PEERS"]))
    for theirs, mine in zip(peers, a["WGDEVICE_A_PEERS"]):
        public, preshared, endpoint, allowed, _, received, sent, alive = theirs
        same("peer", key(public), mine["WGPEER_A_PUBLIC_KEY"]["raw"])
        same("preshared key", {"secret": 32}, mine["WGPEER_A_PRESHARED_KEY"])
        end = {k.split("_")[1]: v for k, v in mine["WGPEER_A_ENDPOINT"].items()}
        same("endpoint", ends(endpoint), (end["addr"], end["port"]))
        same("allowed", allowed.split(","), [f"{ip['WGALLOWEDIP_A_IPADDR']}/{ip['WGALLOWEDIP_A_CIDR_MASK']}"
                                             for ip in mine["WGPEER_A_ALLOWEDIPS"]])
        same("received", int(received), mine["WGPEER_A_RX_BYTES"])
        same("sent", int(sent), mine["WGPEER_A_TX_BYTES"])
        same("keepalive", 0 if alive == "off" else int(alive), mine["WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL"])
    same("key nowhere", False, any(key(k) in json.dumps(a) for k in [private] + [p[1] for p in peers if p[1] != "(none)"]))


def wifi():
    """What iw dev, iw phy phy0 info and iw reg get printed."""
    text = (captures / "wifi-list.out").read_text()
    mine = {m["attributes"]["NL80211_ATTR_IFNAME"]: m["attributes"]
            for m in messages("wifi-list", "NL80211_CMD_NEW_INTERFACE") if "NL80211_ATTR_IFNAME" in m["attributes"]}
    for name, index, wdev, address, kind, power in re.findall(
            r"Interface (\w+)\s+ifindex (\d+)\s+wdev (\w+)\s+addr (\S+)\s+type (\w+)\s+txpower ([\d.]+) dBm", text):
        a = mine[name]
        same(f"{name} index", int(index), a["NL80211_ATTR_IFINDEX"])
        same(f"{name} wdev", int(wdev, 16), a["NL80211_ATTR_WDEV"])
        same(f"{name} address", address, a["NL80211_ATTR_MAC"])
        same(f"{name} type", {"managed": "station"}.get(kind, kind), short(a["NL80211_ATTR_IFTYPE"], "NL80211_IFTYPE_"))
        same(f"{name} power", round(float(power) * 100), a["NL80211_ATTR_WIPHY_TX_POWER_LEVEL"])
    rules = messages("wifi-list", "NL80211_CMD_GET_REG")[0]["attributes"]
    same("country", re.search(r"country (\w+):", text)[1], rules["NL80211_ATTR_REG_ALPHA2"])
    shown = re.findall(r"\((\d+) - (\d+) @ (\d+)\), \((\S+), (\d+)\)", text)
    same("number of rules", len(shown), len(rules["NL80211_ATTR_REG_RULES"]))
    for (start, end, width, _, power), rule in zip(shown, rules["NL80211_ATTR_REG_RULES"]):
        same("rule", [int(n) * 1000 for n in (start, end, width)], [rule["NL80211_ATTR_FREQ_RANGE_" + k]
                                                                          for k in ("START", "END", "MAX_BW")])
        same("power", int(power) * 100, rule["NL80211_ATTR_POWER_RULE_MAX_EIRP"])


def datagrams(name):
    raw = (captures / f"{name}.pcap").read_bytes()
    at = 24
    while at + 16 <= len(raw):
        length = struct.unpack_from("<I", raw, at + 8)[0]
        packet = raw[at + 16:at + 16 + length]
        yield struct.unpack_from(">H", packet, 14)[0], packet[16:]
        at += 16 + length


def pyroute2():
    from pyroute2.netlink.rtnl.iprsocket import MarshalRtnl
    for name in ("link-json", "address-json", "route-json", "neighbour-json", "rule-json", "links-make", "traffic"):
        lines = (ours / f"{name}.jsonl").read_text().splitlines()
        mine = iter([json.loads(line) for line in lines])
        for protocol, datagram in datagrams(name):
            at = 0
            while at + 16 <= len(datagram):
                length, kind = struct.unpack_from("<IH", datagram, at)
                if length < 16:
                    break
                message = next(mine)
                if protocol == 0 and kind >= 16 and kind in MarshalRtnl.msg_map:
                    theirs = MarshalRtnl.msg_map[kind](datagram[at:at + length], 0)
                    try:
                        theirs.decode()
                    except Exception:
                        theirs = None  # it cannot read some requests
                    if theirs:
                        of_pyroute2(message["type"], theirs, message.get("attributes", {}))
                at += (length + 3) & ~3


def of_pyroute2(what, theirs, mine):
    for name, value in theirs.get("attrs", []):
        if name not in mine or isinstance(mine[name], list):
            continue
        of_value(f"{what} {name}", value, mine[name])


def of_value(what, value, mine):
    if isinstance(mine, dict) and hasattr(value, "get") and value.get("attrs"):
        of_pyroute2(what, value, mine)
    elif isinstance(value, (int, str)) and isinstance(mine, (int, str)) and type(value) is type(mine):
        if isinstance(value, str) and re.fullmatch(r"[0-9a-f:]+", value) and ":" in value and len(value) != 17:
            value = str(ipaddress.ip_address(value)) if value.count(":") < 8 else value
        if isinstance(value, str) and mine.endswith("_" + value.upper()):
            value = mine  # it has names of its own
        if what.endswith(("_ADDRESS", "_BROADCAST")) and len(mine) != 17:
            return  # for it all links are Ethernet
        if isinstance(value, int) and (value < 0) != (mine < 0):  # signed in one's eyes, unsigned in the other's
            value, mine = value & 0xFFFFFFFF, mine & 0xFFFFFFFF
        same(what, value, mine)


def tshark():
    fields = {
        "link-json": {"netlink-route.ifla_ifname": "IFLA_IFNAME", "netlink-route.ifla_mtu": "IFLA_MTU",
                      "netlink-route.ifla_txqlen": "IFLA_TXQLEN", "netlink-route.ifla_qdisc": "IFLA_QDISC",
                      "netlink-route.ifla_group": "IFLA_GROUP", "netlink-route.ifla_promiscuity": "IFLA_PROMISCUITY",
                      "netlink-route.ifla_carrier_changes": "IFLA_CARRIER_CHANGES", "netlink-route.ifla_min_mtu": "IFLA_MIN_MTU",
                      "netlink-route.ifla_max_mtu": "IFLA_MAX_MTU", "netlink-route.ifla_gso_maxsize": "IFLA_GSO_MAX_SIZE"},
        "conntrack-xml": {"netlink-netfilter.ct_attr.timeout": "CTA_TIMEOUT"},
    }
    for name, wanted in fields.items():
        kinds = ("RTM_NEWLINK",) if name == "link-json" else ("IPCTNL_MSG_CT_NEW",)
        for field, attribute in wanted.items():
            run = subprocess.run(["tshark", "-n", "-r", str(captures / f"{name}.pcap"), "-T", "fields", "-e", field],
                                 capture_output=True, text=True, check=True)
            theirs = [value for line in run.stdout.splitlines() for value in line.split(",") if value]
            mine = [m["attributes"][attribute] for m in (json.loads(l) for l in (ours / f"{name}.jsonl").read_text().splitlines())
                    if m["type"] in kinds and attribute in m.get("attributes", {})]
            values = [int(t, 0) if isinstance(m, int) else t for t, m in zip(theirs, mine)]
            if name == "link-json" and attribute == "IFLA_IFNAME":  # of requests, too
                mine = [m["attributes"][attribute] for m in (json.loads(l) for l in (ours / f"{name}.jsonl").read_text().splitlines())
                        if attribute in m.get("attributes", {})]
                values = theirs
            same(f"{name} number of {field}", len(theirs), len(mine))
            for t, m in zip(values, mine):
                same(f"{name} {field}", t, m)


{"ip": ip, "nft": nft, "conntrack": conntrack, "xfrm": xfrm, "ipvs": ipvs, "ovs": ovs, "wireguard": wireguard, "wifi": wifi,
 "pyroute2": pyroute2, "tshark": tshark}[sys.argv[1]]()
print(f"{compared} values compared")
print("\n".join(different))
sys.exit(1 if different else 0)

# SPDX-License-Identifier: Apache-2.0
"""One way each in which a netlink client gets stuck, or only seems to.

    netlink_trouble.py NAME

Says "ready" when it can begin, begins when it is told a line, says "asked" when it has done what leads there, then waits
as such a client would, and ends when its standard input does.
"""

import os
import subprocess
import sys

import netlink_circles
import netlink_in_kernel
import netlink_waits

MODULES = (netlink_in_kernel, netlink_waits, netlink_circles)
SCENARIOS = {each.__name__: each for module in MODULES for each in module.SCENARIOS}
PREPARATIONS = {name: each for module in MODULES for name, each in module.PREPARATIONS.items()}

if __name__ == "__main__":
    name = sys.argv[1]
    scenario = SCENARIOS[name]
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    PREPARATIONS.get(name, lambda: None)()
    print("ready", flush=True)
    if sys.stdin.readline():
        kept = scenario()
        sys.stdin.read()
    os._exit(0)  # threads that hang must not keep it

# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What ./dev knows of the machine it runs on: which programs are needed, for what, and how to get them; and how to
# run a step and keep its time.

say() { printf '%s\n' "$*"; }

die() {
    printf '%s\n' "$*" >&2
    exit 2
}

# need WHAT...: returns when everything that these chores need is there; as root it installs what Debian has.
need() {
    local -a missing=()
    local chore
    for chore in "$@"; do
        "need_$chore"
    done
    if [ ${#missing[@]} -gt 0 ]; then
        install_packages "${missing[@]}"
    fi
    case " $* " in *" java "*) check_java ;; esac
    case " $* " in *" maven "*) check_maven ;; esac
}

# Each says what the programs are for; `missing` collects Debian packages.
need_java() {
    have_jdk || want openjdk-17-jdk-headless
    local home
    if home=$(jdk_home); then
        export JAVA_HOME=$home PATH=$home/bin:$PATH
    fi
}
need_maven() { program mvn maven; }
need_kernel() { # User Mode Linux, and what its guest and the pods in it run
    program linux.uml user-mode-linux
    program ip iproute2
    program nft nftables
    program wg wireguard-tools
    program modprobe kmod
    program busybox busybox-static
    program taskset util-linux
    program openssl openssl
    program ps procps
    library libpcap.so.0.8 libpcap0.8
    # The witness of what processes say by netlink, and programs that say something.
    program strace strace
    program conntrack conntrack
    program python3 python3
    program go golang-go
}
need_newer_kernel() { # fetched and fitted to this machine by e2e/uml/newer-kernel
    program patchelf patchelf
    [ -r /usr/share/keyrings/debian-archive-keyring.gpg ] || want debian-archive-keyring
}
need_capture_tools() { # judges of our files
    program tshark tshark
    program tcpdump tcpdump
    python_module pyroute2 python3-pyroute2
}
need_browser() { # for report.html, on screen and on paper
    program chromium chromium
    program pdftotext poppler-utils
}
need_scripts() { program shellcheck shellcheck; }

want() { missing+=("$1"); }
program() { command -v "$1" >/dev/null || want "$2"; }
library() { ldconfig -p 2>/dev/null | grep -qF "$1" || want "$2"; }
python_module() { /usr/bin/python3 -c "import $1" 2>/dev/null || want "$2"; }

install_packages() {
    local command="apt-get install --no-install-recommends $*"
    command -v apt-get >/dev/null ||
        die "Missing here, by the names of Debian's packages: $*. This machine has no apt-get: install them its way."
    [ "$(id -u)" -eq 0 ] || die "Missing Debian packages: $*
Install them with:  sudo $command
(./dev test does it by itself when it is run as root.)"
    say "Installing missing Debian packages: $*"
    export DEBIAN_FRONTEND=noninteractive
    apt-get -q -o DPkg::Lock::Timeout=300 update >/dev/null || say "apt-get update failed: trying with the lists at hand"
    apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "$@" >/dev/null ||
        die "Could not install $*. By hand: $command"
    hash -r
}

# jdk_home: prints the home of the JDK to use: $JAVA_HOME, else that of the javac on the PATH.
jdk_home() {
    if [ -n "${JAVA_HOME:-}" ]; then
        say "$JAVA_HOME"
    elif command -v javac >/dev/null; then
        dirname "$(dirname "$(readlink -f "$(command -v javac)")")"
    else
        return 1
    fi
}

have_jdk() {
    local home
    home=$(jdk_home) || return 1
    [ -x "$home/bin/javac" ] || die "JAVA_HOME is $home, but there is no bin/javac in it: name a JDK, or unset JAVA_HOME"
}

check_java() {
    local home version
    home=$(jdk_home) || die "There is no JDK: install openjdk-17-jdk-headless, or set JAVA_HOME to one of 17 or newer"
    export JAVA_HOME=$home PATH=$home/bin:$PATH
    version=$("$home/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')
    [ "${version:-0}" -ge 17 ] || die "The JDK in $home is of version ${version:-unknown}, but 17 or newer is needed:
install openjdk-17-jdk-headless, or set JAVA_HOME to a newer one"
}

check_maven() {
    local version
    version=$(mvn -v 2>/dev/null | sed 's/\x1b\[[0-9;]*m//g' | sed -n 's/^Apache Maven \([0-9.]*\).*/\1/p')
    printf '3.8.6\n%s\n' "${version:-0}" | sort -V -C ||
        die "Maven is of version ${version:-unknown}, but 3.8.6 or newer is needed: Debian 12 has it (apt-get install maven), or https://maven.apache.org/download.cgi"
}

# step NAME COMMAND...: runs it and keeps its outcome for print_times.
STEPS=()
FAILED_STEPS=()
step() {
    local name=$1 start=$SECONDS status verdict
    shift
    printf '\n== %s: begins\n' "$name"
    "$@"
    status=$?
    verdict=passed
    if [ $status -ne 0 ]; then
        verdict="FAILED with exit status $status"
        FAILED_STEPS+=("$name: exit status $status")
    fi
    STEPS+=("$(printf '%-10s %5d s  %s' "$name" $((SECONDS - start)) "$verdict")")
    printf '== %s: %s after %d s\n' "$name" "$verdict" $((SECONDS - start))
}

print_times() {
    printf '\n'
    printf 'step %s\n' "${STEPS[@]}"
}

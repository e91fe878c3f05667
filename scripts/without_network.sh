#!/usr/bin/env bash
# Runs a command in a network namespace that has loopback only, and counts what asked for more: scripts/without_network.sh make test
#
# The kernel counts every connect and every datagram that finds no route, of whatever process in the namespace (Ip and Ip6
# OutNoRoutes); names are asked of an address without a route, so that a look-up counts too. Namespaces that tests make themselves
# have counters of their own. Ends as the command ended; with 9 when the command was fine and anything was attempted.
set -euo pipefail

if [ "${1:-}" != --inside ]; then
    [ $# -gt 0 ] || { echo "usage: $0 COMMAND..." >&2; exit 2; }
    unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY
    flags=(--net --mount)
    [ "$(id -u)" = 0 ] || flags+=(--map-root-user)
    exec unshare "${flags[@]}" -- "$0" --inside "$@"
fi
shift
mount --make-rprivate /
ip link set lo up
# Chromium asks the kernel whether there is a way to this address before it opens a page, and sends nothing there.
ip -6 route add 2001:4860:4860::8888/128 dev lo 2>/dev/null || true
names=$(mktemp)
echo "nameserver 192.0.2.53" > "$names"
mount --bind "$names" "$(readlink -f /etc/resolv.conf)"
rm -f "$names"

attempts() {
    awk '/^Ip:/ { for (i = 1; i <= NF; i++) if ($i == "OutNoRoutes") at = i; else if (at && $at ~ /^[0-9]+$/) { print $at; exit } }' \
        /proc/self/net/snmp
    awk '$1 == "Ip6OutNoRoutes" { print $2 }' /proc/self/net/snmp6 2>/dev/null || true
}

code=0
"$@" || code=$?
count=$(attempts | paste -sd+ | sed 's/^$/0/')
count=$((count))
echo "without network: $count attempts to reach anything beyond loopback" >&2
if [ "$count" -gt 0 ]; then
    echo "without network: who it was: strace -f -e trace=connect,sendto $*" >&2
    [ "$code" -ne 0 ] || code=9
fi
exit "$code"

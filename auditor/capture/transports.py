"""Names of IP protocols (IANA protocol numbers), as they stand in flow ids and in the `transport` column."""

_NAMES = {
    0: "hopopt", 1: "icmp", 2: "igmp", 4: "ipip", 6: "tcp", 17: "udp", 33: "dccp", 41: "ipv6", 46: "rsvp", 47: "gre", 50: "esp",
    51: "ah", 58: "icmpv6", 59: "ipv6-nonxt", 88: "eigrp", 89: "ospf", 94: "ipip", 97: "etherip", 103: "pim", 108: "ipcomp",
    112: "vrrp", 115: "l2tp", 132: "sctp", 136: "udplite", 137: "mpls-in-ip",
}  # fmt: skip


def transport_name(number: int) -> str:
    """The protocol's name; `ip47` style where it has none here."""
    return _NAMES.get(number, f"ip{number}")

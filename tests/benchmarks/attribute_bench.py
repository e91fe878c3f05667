"""A million flows with 5,000 hosts are attributed: first call of a process, then warm. `python -m tests.benchmarks.attribute_bench`.

Half of the hosts lie under names of the catalog, half under none; every hundredth flow has an address in place of a name.
Target: under two seconds.
"""

import os
import sys
import time

import pyarrow as pa

from auditor.attribute.ladder import Ladder
from auditor.attribute.table import attribute_flows
from auditor.catalog import destination_rules, register_file
from auditor.model.destination import Catalog, Reach

FLOWS = 1_000_000
HOSTS = 5_000


def names(catalog: Catalog) -> list[str]:
    """Hosts, half of them below the catalog's own suffixes."""
    suffixes = sorted({pattern.text for pattern in catalog.patterns if pattern.reach is Reach.SUFFIX})
    return [f"h{number}.{suffixes[number % len(suffixes)] if number % 2 else 'unknown.example'}" for number in range(HOSTS)]


def flows(hosts: list[str]) -> pa.Table:
    """The columns of observed flows that attribution looks at."""
    spread = pa.array([number * 7919 % HOSTS for number in range(FLOWS)])
    addresses = pa.array([f"203.0.{number // 250}.{number % 250}" for number in range(HOSTS)])
    return pa.table(
        {
            "host": pa.array(hosts).take(spread),
            "host_source": pa.array(["tls_sni"]).take(pa.array([0] * FLOWS)),
            "names": pa.array([[host] for host in hosts]).take(spread),
            "cnames": pa.array([[]], pa.list_(pa.string())).take(pa.array([0] * FLOWS)),
            "server_ip": addresses.take(spread),
            "server_port": pa.array([443]).take(pa.array([0] * FLOWS)),
            "transport": pa.array(["tcp"]).take(pa.array([0] * FLOWS)),
            "surface": pa.array(["app"]).take(pa.array([0] * FLOWS)),
        }
    )


def main() -> int:
    """Prints seconds."""
    catalog, register = destination_rules.load(), register_file.load("o2nails-1.1")
    table = flows(names(catalog))
    for run in ("first call", "second", "third"):
        begun, worked = time.perf_counter(), time.process_time()
        found = attribute_flows(table, Ladder(catalog, register))
        wall, processor = time.perf_counter() - begun, time.process_time() - worked
        print(
            f"{run}: {wall:.2f} s, {processor:.2f} s of processor, {len(found.flows):,} flows, {len(found.endpoints):,} endpoints"
        )
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    return 0


if __name__ == "__main__":
    sys.exit(main())

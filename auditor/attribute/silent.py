"""Endpoints on which the catalog is silent: rows of endpoints go in, the answers of those that no rule speaks of come out.

Most endpoints of a large capture are of this kind, and the answers of one kind differ in three texts only (domain, recipient,
reason). So the ladder answers for one endpoint of each kind, and its texts become patterns for the others, as columns. Whatever
is not plainly of this kind (an odd name, an address table, IPv6) is left to the ladder.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from auditor.attribute.answers import answers_table, endpoints_of
from auditor.attribute.ladder import Ladder
from auditor.attribute.registrable import domain, domain_below, is_inner

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    type Vector = npt.NDArray[np.int64]
    type Flags = npt.NDArray[np.bool_]

_LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_PLAIN_NAME = rf"^(?:{_LABEL}\.)+{_LABEL}$"
_ODD_NAME = r"(?:^|\.)xn--|\.[0-9]+$|\.(?:local|localhost|lan|home|internal|localdomain|intranet|home\.arpa)$"
"""Names that another check must read: internationalised, ending in a number, or of the local network."""
_LONGEST = 253
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = rf"^(?:{_OCTET}\.){{3}}{_OCTET}$"
_NO_ADDRESS = -1
_NAMED, _ADDRESSED, _LOCAL = 0, 1, 2


class Silent:
    """The silent ones among some endpoints."""

    def __init__(self, ladder: Ladder, rows: "pa.Table") -> None:
        """`rows`: one for each endpoint, with the columns of observed flows."""
        import numpy as np

        self._ladder = ladder
        self._rows = rows
        self._hosts = _Coded(rows["host"] if "host" in rows.column_names else None, len(rows))
        self._parents = _Coded(_above(self._hosts.texts), len(self._hosts.texts))
        """What stands behind the first dot of each different host."""
        self._servers = _Coded(rows["server_ip"] if "server_ip" in rows.column_names else None, len(rows))
        addresses = _addresses(self._servers.texts)
        odd = _flags(self._servers.texts.is_valid()) & (addresses == _NO_ADDRESS)
        known = odd | _inside(addresses, ladder.spoken_addresses)
        if ladder.reads_addresses:
            known |= addresses != _NO_ADDRESS
        local = _inside(addresses, ladder.local_addresses)
        has_address = self._servers.spread(addresses != _NO_ADDRESS)
        self._is_local = self._servers.spread(local)
        nameless = self._hosts.is_null
        self.found: Flags = np.where(nameless, has_address, self._hosts.spread(self._unspoken()))
        """Which endpoints the catalog is silent on."""
        self.found &= ~self._servers.spread(known) & ~self._speaks_of_a_cname()

    def _unspoken(self) -> "Flags":
        """Which of the different hosts are plain names that no rule speaks of."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        texts = self._hosts.texts
        short = pc.less_equal(pc.utf8_length(texts), _LONGEST)
        plain = pc.and_(
            pc.and_(pc.match_substring_regex(texts, _PLAIN_NAME), pc.invert(pc.match_substring_regex(texts, _ODD_NAME))), short
        )
        spoken = _flags(pc.is_in(texts, value_set=pa.array(sorted(self._ladder.spoken_names), pa.string())))
        above = [name is not None and self._ladder.speaks_above(name) for name in self._parents.texts.to_pylist()]
        known = spoken | self._parents.spread(np.array(above, np.bool_))
        found: Flags = _flags(pc.fill_null(plain, False)) & ~known
        return found

    def _speaks_of_a_cname(self) -> "Flags":
        import numpy as np
        import pyarrow.compute as pc

        flags: Flags = np.zeros(len(self._rows), bool)
        if "cnames" not in self._rows.column_names or not len(self._rows):
            return flags
        lists = self._rows["cnames"].combine_chunks()
        links = _Coded(lists.flatten(), len(lists.flatten()))
        spoken = np.array([text is None or self._ladder.speaks_of(text) for text in links.texts.to_pylist()], bool)
        flags[pc.list_parent_indices(lists).to_numpy(zero_copy_only=False)[links.spread(spoken)]] = True
        return flags

    def answers(self) -> "pa.Table":
        """The columns of `ENDPOINTS` without the number, for those that were found, in their order."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        chosen = np.flatnonzero(self.found)
        kinds, firsts, sorts = self._kinds(chosen)
        samples = endpoints_of(self._rows.take(chosen[firsts]))
        answers = [self._ladder.attribute(endpoint) for endpoint in samples]
        table = answers_table(samples, answers).take(kinds)
        hosts, servers = (coded.take(chosen) for coded in (self._hosts, self._servers))
        shown = pc.if_else(sorts == _NAMED, hosts, servers)
        parts = [
            answer.reason.partition(endpoint.host or endpoint.server_ip or "")
            for endpoint, answer in zip(samples, answers, strict=True)
        ]
        before, behind = (pa.array([part[place] for part in parts], pa.string()).take(kinds) for place in (0, 2))
        domains = self._domains(chosen)
        changed = {
            "host": hosts,
            "server_ip": servers,
            "domain": domains,
            "recipient": pc.if_else(sorts == _LOCAL, table["recipient"].combine_chunks(), pc.coalesce(domains, shown)),
            "reason": pc.binary_join_element_wise(before, shown, behind, ""),
        }
        return pa.table({name: changed.get(name, table[name]) for name in table.column_names})

    def _kinds(self, chosen: "Vector") -> "tuple[Vector, Vector, Vector]":
        """For each the number of its kind; for each kind its first; for each whether it goes by name, by address, or is local."""
        import numpy as np

        named = ~self._hosts.is_null[chosen]
        sorts = np.where(named, _NAMED, np.where(self._is_local[chosen], _LOCAL, _ADDRESSED))
        combined = sorts
        for codes in (*self._words(chosen), self._hinted(chosen)):
            combined = combined * (int(codes.max(initial=0)) + 1) + codes
        _, firsts, kinds = np.unique(combined, return_index=True, return_inverse=True)
        return kinds, firsts, sorts

    def _words(self, chosen: "Vector") -> "Iterable[Vector]":
        for name in ("surface", "transport", "application"):
            if name in self._rows.column_names:
                yield _Coded(self._rows[name].take(chosen), len(chosen)).codes

    def _hinted(self, chosen: "Vector") -> "Vector":
        """Ports that the catalog has a word on; 0 for all others."""
        import numpy as np
        import pyarrow.compute as pc

        if "server_port" not in self._rows.column_names:
            return np.zeros(len(chosen), np.int64)
        ports = pc.fill_null(self._rows["server_port"].take(chosen), 0).to_numpy()
        return np.where(np.isin(ports, list(self._ladder.hinted_ports)), ports, 0)

    def _domains(self, chosen: "Vector") -> "pa.Array":
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        wanted, parents = self._hosts.spread_to(chosen), self._parents
        texts, above = self._hosts.texts, parents.texts.to_pylist()
        below = pa.array([domain_below(name) if name else None for name in above], pa.string())
        found = pc.coalesce(below.take(parents.codes), texts)
        alone = wanted & parents.spread(np.array([name is not None and is_inner(name) for name in above], bool))
        looked_up = [domain(name or "") for name in texts.take(np.flatnonzero(alone)).to_pylist()]
        found = pc.replace_with_mask(found, pa.array(alone), pa.array(looked_up, pa.string()))
        return found.take(self._hosts.codes[chosen])


class _Coded:
    """A column of texts as numbers of its different texts; null is one of them."""

    def __init__(self, column: Any, size: int) -> None:
        import pyarrow as pa

        array = pa.nulls(size, pa.string()) if column is None else column
        array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
        coded = array.dictionary_encode("encode")
        self.texts: pa.StringArray = coded.dictionary
        self.codes: Vector = coded.indices.cast(pa.int64()).to_numpy(zero_copy_only=False)

    @property
    def is_null(self) -> "Flags":
        """For each row."""
        return self.spread(_flags(self.texts.is_null()))

    def spread(self, flags: "Flags") -> "Flags":
        """A flag of each different text, for each row."""
        return flags[self.codes] if len(flags) else flags

    def spread_to(self, rows: "Vector") -> "Flags":
        """Which of the different texts stand in these rows."""
        import numpy as np

        flags = np.zeros(len(self.texts), bool)
        flags[self.codes[rows]] = True
        return flags

    def take(self, rows: "Vector") -> "pa.Array":
        """The texts of these rows."""
        return self.texts.take(self.codes[rows])


def _flags(answers: "pa.BooleanArray") -> "Flags":
    found: Flags = answers.to_numpy(zero_copy_only=False)
    return found


def _above(names: "pa.StringArray") -> "pa.Array":
    """What stands behind the first dot; empty where there is none."""
    import pyarrow.compute as pc

    return pc.replace_substring_regex(names, r"^[^.]*\.?", "")


def _addresses(texts: "pa.StringArray") -> "Vector":
    """IPv4 addresses as numbers; -1 for anything else."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    is_address = pc.fill_null(pc.match_substring_regex(texts, _IPV4), False)
    octets = pc.list_flatten(pc.split_pattern(texts.filter(is_address), ".")).cast(pa.int64()).to_numpy().reshape(-1, 4)
    found = np.full(len(texts), _NO_ADDRESS)
    found[_flags(is_address)] = octets @ np.array([1 << 24, 1 << 16, 1 << 8, 1])
    return found


def _inside(addresses: "Vector", spans: Iterable[tuple[int, int]]) -> "Flags":
    """Which addresses lie in one of the spans (first and last address of each)."""
    import numpy as np

    ordered = np.array(sorted(spans), np.int64).reshape(-1, 2)
    if not len(ordered):
        return np.zeros(len(addresses), bool)
    firsts, lasts = ordered[:, 0], np.maximum.accumulate(ordered[:, 1])
    place = np.searchsorted(firsts, addresses, side="right") - 1
    return (place >= 0) & (addresses <= lasts[np.maximum(place, 0)])

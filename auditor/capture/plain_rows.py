"""The rows of conversations without a story (a glance was enough, or nothing was said in them): matrices go in, Arrow columns
come out, without an object for each row.

Names are taken from the store by number, addresses are written once for each different one, and the names that DNS gave are
looked up only for the conversations that have no other.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditor.capture import columns as c
from auditor.capture.glances import Glances
from auditor.capture.listener import Listener, half_bytes
from auditor.capture.marked import NOTES
from auditor.capture.story import Resolved
from auditor.capture.tls import version_name
from auditor.capture.transports import transport_name
from auditor.model.tables import OBSERVED
from auditor.model.vocabulary import HostSource, Visibility

if TYPE_CHECKING:
    import numpy.typing as npt

    type Vector = npt.NDArray[np.int64]

_WORDS = [None, "tls", "quic", "http", "dns", "mdns", "llmnr", "ntp", "mqtt"]
_SEEN = [None, *(Visibility.OPAQUE,) * 2, *(Visibility.CLEARTEXT,) * 6]
_SOURCES = [HostSource.NONE, HostSource.TLS_SNI, HostSource.QUIC_SNI, HostSource.HTTP_HOST]
_MAPPED = 0xFFFF


class Addresses:
    """Different addresses, each with a number and its text."""

    def __init__(self, high: "Vector", low: "Vector") -> None:
        pairs = np.empty(len(high), [("high", np.int64), ("low", np.int64)])
        pairs["high"], pairs["low"] = high, low
        four = (high == 0) & (low >> 32 == _MAPPED)
        self.numbers: Vector = np.empty(len(high), np.int64)
        short, self.numbers[four] = np.unique(low[four] & 0xFFFFFFFF, return_inverse=True)
        long, inverse = np.unique(pairs[~four], return_inverse=True)
        self.numbers[~four] = inverse + len(short)
        longer = pa.array([half_bytes(half, rest) for half, rest in long.tolist()], pa.string())
        self.texts: Any = pa.concat_arrays([_dotted(short), longer])


def _dotted(addresses: "Vector") -> Any:
    """IPv4 addresses as text."""
    octets = pa.array([str(octet) for octet in range(256)], pa.string())
    return pc.binary_join_element_wise(*(octets.take(addresses >> shift & 255) for shift in (24, 16, 8, 0)), ".")


class PlainRows:
    """The columns of some conversations of a listener."""

    def __init__(self, listener: Listener, rows: "Vector") -> None:
        self._listener = listener
        self._glances = listener.glances or Glances()
        self._all = listener.rows[: listener.count]
        self._rows = rows
        self._answers = self._glances.answers[: listener.state[c.ANSWERS]]
        count = int(listener.state[c.NAMES])
        self._names: Any = pa.StringArray.from_buffers(
            count, pa.py_buffer(self._glances.ends[: count + 1].astype(np.int32)), pa.py_buffer(self._glances.store)
        )
        with ThreadPoolExecutor(max_workers=1) as pool:  # Arrow and numpy work without Python's lock
            coding = pool.submit(self._names.dictionary_encode)
            self._addresses = self._number_addresses()
            self._codes: Vector = np.concatenate(([0], coding.result().indices.to_numpy(zero_copy_only=False) + 1))

    def _number_addresses(self) -> Addresses:
        """Both sides of all conversations, then clients and addresses of the answers."""
        parts = [
            (self._all, c.ADDRESS_HI),
            (self._all, c.ADDRESS_HI + 1),
            (self._answers, c.N_CLIENT_HI),
            (self._answers, c.N_HI),
        ]
        high = np.concatenate([matrix[:, cell] for matrix, cell in parts])
        to_low = (2, 2, 1, 1)
        low = np.concatenate([matrix[:, cell + step] for (matrix, cell), step in zip(parts, to_low, strict=True)])
        return Addresses(high, low)

    def _address(self, side: int) -> "Vector":
        """Numbers of the addresses of a side, for all conversations."""
        count = len(self._all)
        return self._addresses.numbers[side * count : (side + 1) * count]

    def _answer_address(self, which: int) -> "Vector":
        """Numbers of the clients (0) or addresses (1) of the answers."""
        start = 2 * len(self._all) + which * len(self._answers)
        return self._addresses.numbers[start : start + len(self._answers)]

    def _cell(self, cell: int) -> "Vector":
        """A cell of each plain row: one at a time, for all of a row's cells are more than its part of the table."""
        found: Vector = self._all[:, cell][self._rows]
        return found

    def _side(self, client: bool) -> "Vector":
        """The side of the client or server of each plain row."""
        sides = np.maximum(self._cell(c.CLIENT), 0)
        return sides if client else 1 - sides

    def _of(self, cell: int, *, client: bool) -> "Vector":
        """A cell of the client's or the server's side."""
        return np.where(self._side(client) == 1, self._cell(cell + 1), self._cell(cell))

    def _ends(self, *, client: bool) -> "Vector":
        return np.where(self._side(client) == 1, self._address(1)[self._rows], self._address(0)[self._rows])

    def teach(self, told: "Vector") -> None:
        """Hands the answers that conversations without a name of their own may need on to the listener's names."""
        if not len(self._answers):
            return
        width = len(self._addresses.texts)
        nameless = np.concatenate((told, self._rows[self._cell(c.NAME) == 0], self._rows[self._cell(c.APPLICATION) == c.A_DNS]))
        one, other = self._address(0)[nameless], self._address(1)[nameless]
        device = self._devices()
        wanted = np.unique(np.concatenate((device[one] * width + other, device[other] * width + one)))
        keys = device[self._answer_address(0)] * width + self._answer_address(1)
        self._learn(np.flatnonzero(np.isin(keys, wanted)))
        self._learn_chains(told)

    def _devices(self) -> "Vector":
        """For each address by number one of its device's, the same for all of them."""
        found: Vector = np.arange(len(self._addresses.texts))
        same = self._listener.names.same_device
        if same:
            numbers = pc.index_in(pa.array(list(same)), self._addresses.texts).to_pylist()
            number = dict(zip(same, numbers, strict=True))
            found[numbers] = [number[addresses[0]] for addresses in same.values()]
        return found

    def _learn(self, found: "Vector") -> None:
        clients = self._addresses.texts.take(pa.array(self._answer_address(0)[found])).to_pylist()
        addresses = self._addresses.texts.take(pa.array(self._answer_address(1)[found])).to_pylist()
        for index, client, address in zip(found.tolist(), clients, addresses, strict=True):
            self._listener.names.learn(
                client, address, self._resolved(index), *self._answers[index, c.N_TIME : c.N_TTL + 1].tolist()
            )

    def _resolved(self, index: int) -> Resolved:
        name, chain, links = self._answers[index, c.N_NAME :].tolist()
        return Resolved(
            self._glances.name(name), HostSource.DNS_ANSWER, tuple(self._glances.name(chain + link) for link in range(links))
        )

    def _learn_chains(self, told: "Vector") -> None:
        """The chains behind the names of stories."""
        asked = {host for row in told.tolist() for host in self._listener.stories[row].hosts.values()}
        if not asked:
            return
        linked = np.flatnonzero(self._answers[:, c.N_LINKS])
        names = self._names.take(pa.array(self._answers[linked, c.N_NAME] - 1))
        self._learn(linked[pc.is_in(names, pa.array(sorted(asked), pa.string())).to_numpy(zero_copy_only=False)])

    def table(self) -> Any:
        """The rows as an Arrow table with the columns of OBSERVED."""
        application = self._cell(c.APPLICATION)
        columns: dict[str, Any] = {
            "application": self._words(_WORDS, application),
            "visibility": self._words(_SEEN, application),
            "url": self._taken(self._cell(c.URL)),
            "alpn": self._taken(self._cell(c.ALPN)),
            "tls_version": self._versions(),
            "names": self._all_names(),
            "unread": self._unread(),
            **self._counted(),
            **self._hosts(),
        }
        schema = OBSERVED.arrow_schema()
        arrays = [columns[field.name] if field.name in columns else pa.nulls(len(self._rows), field.type) for field in schema]
        cast = [
            array if array.type == field.type else array.cast(field.type) for array, field in zip(arrays, schema, strict=True)
        ]
        return pa.Table.from_arrays(cast, schema=schema)

    def _counted(self) -> dict[str, Any]:
        transports = self._transports()
        times = [pa.array(found, mask=found == c.NO_TIME) for found in map(self._cell, (c.STARTED, c.ENDED))]
        ports = [self._of(c.PORT, client=client) for client in (True, False)]
        return {
            "flow_id": pc.binary_join_element_wise(transports, pa.array(self._cell(c.STREAM)).cast(pa.string()), "-"),
            "client_ip": self._addresses.texts.take(pa.array(self._ends(client=True))),
            "client_port": pa.array(ports[0], mask=ports[0] < 0),
            "server_ip": self._addresses.texts.take(pa.array(self._ends(client=False))),
            "server_port": pa.array(ports[1], mask=ports[1] < 0),
            "transport": transports,
            "started": times[0].cast(pa.timestamp("ns", tz="UTC")),
            "ended": times[1].cast(pa.timestamp("ns", tz="UTC")),
            "packets_up": pa.array(self._of(c.PACKETS, client=True)),
            "packets_down": pa.array(self._of(c.PACKETS, client=False)),
            "bytes_up": pa.array(self._of(c.BYTES, client=True)),
            "bytes_down": pa.array(self._of(c.BYTES, client=False)),
        }

    def _transports(self) -> Any:
        numbers, inverse = np.unique(self._cell(c.TRANSPORT), return_inverse=True)
        return pa.array([transport_name(number) for number in numbers.tolist()], pa.string()).take(pa.array(inverse))

    def _words(self, words: list[Any], numbers: "Vector") -> Any:
        return pa.array([None if word is None else str(word) for word in words], pa.string()).take(pa.array(numbers))

    def _taken(self, numbers: "Vector") -> Any:
        """Names by number; null for 0."""
        return self._names.take(pa.array(numbers - 1, mask=numbers == 0))

    def _versions(self) -> Any:
        numbers, inverse = np.unique(self._cell(c.VERSION), return_inverse=True)
        return pa.array([version_name(number) for number in numbers.tolist()], pa.string()).take(pa.array(inverse))

    def _unread(self) -> Any:
        marked = (self._cell(c.MARKS)[:, None] & np.array([mark for mark, _ in NOTES])) != 0
        offsets = np.concatenate(([0], np.cumsum(marked.sum(axis=1))))
        values = pa.array([note for _, note in NOTES], pa.string()).take(pa.array(np.nonzero(marked)[1]))
        return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values)

    def _all_names(self) -> Any:
        """The first name of each row, then the extras, each once, in order of appearance."""
        position = np.full(len(self._all), -1, np.int64)
        position[self._rows] = np.arange(len(self._rows))
        named = np.flatnonzero(self._cell(c.NAME))
        extras = self._glances.extras[: self._listener.state[c.EXTRAS]]
        where = np.concatenate((named, position[extras[:, c.E_ROW]]))
        numbers = np.concatenate((self._cell(c.NAME)[named], extras[:, c.E_NAME]))[where >= 0]
        where = where[where >= 0]
        _, first = np.unique(where * (len(self._codes) + 1) + self._codes[numbers], return_index=True)
        first.sort()
        order = first[np.argsort(where[first], kind="stable")]
        offsets = np.searchsorted(where[order], np.arange(len(self._rows) + 1))
        return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), self._names.take(pa.array(numbers[order] - 1)))

    def _hosts(self) -> dict[str, Any]:
        """Hosts and the chains behind them: the conversation's own name, else what DNS said."""
        own = (self._cell(c.NAME) != 0) & (self._cell(c.APPLICATION) <= c.A_HTTP)
        hosts = self._taken(np.where(own, self._cell(c.NAME), 0))
        sources = self._words(list(_SOURCES), np.where(own, self._cell(c.APPLICATION), 0))
        start, links = self._chains(own)
        offsets = np.concatenate(([0], np.cumsum(links)))
        inside = np.arange(int(links.sum())) - np.repeat(offsets[:-1], links)
        chains = self._names.take(pa.array(np.repeat(start, links) + inside - 1))
        lists = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), chains)
        found = self._resolve(np.flatnonzero(~own))
        if not found:
            return {"host": hosts, "host_source": sources, "cnames": lists}
        mask = np.zeros(len(self._rows), bool)
        mask[list(found)] = True
        given = list(found.values())
        told = [
            pa.array(words, pa.string()) for words in ([entry.name for entry in given], [str(entry.source) for entry in given])
        ]
        shown = lists.to_pylist()
        for index, resolved in found.items():
            shown[index] = list(resolved.chain)
        return {
            "host": pc.replace_with_mask(hosts, pa.array(mask), told[0]),
            "host_source": pc.replace_with_mask(sources, pa.array(mask), told[1]),
            "cnames": pa.array(shown, pa.list_(pa.string())),
        }

    def _chains(self, own: "npt.NDArray[np.bool_]") -> tuple["Vector", "Vector"]:
        """First canonical name and number of them behind the host of each row: the latest that its client was told."""
        start, links = np.zeros(len(own), np.int64), np.zeros(len(own), np.int64)
        linked = np.flatnonzero(self._answers[:, c.N_LINKS])
        if not len(linked):
            return start, links
        width = len(self._codes) + 1
        keys = self._answer_address(0)[linked] * width + self._codes[self._answers[linked, c.N_NAME]]
        order = np.argsort(keys, kind="stable")
        asked = self._ends(client=True) * width + self._codes[self._cell(c.NAME)]
        place = np.searchsorted(keys[order], asked, side="right") - 1
        hit = own & (place >= 0) & (keys[order][np.maximum(place, 0)] == asked)
        chosen = linked[order[place[hit]]]
        start[hit], links[hit] = self._answers[chosen, c.N_CHAIN], self._answers[chosen, c.N_LINKS]
        return start, links

    def _resolve(self, nameless: "Vector") -> dict[int, Resolved]:
        """What the listener's names say of rows without a name; only rows whose pair of addresses is known at all are asked."""
        names = self._listener.names
        known = names.pairs
        if not known:
            return {}
        texts = self._addresses.texts
        clients = texts.take(pa.array(self._ends(client=True)[nameless])).to_pylist()
        servers = texts.take(pa.array(self._ends(client=False)[nameless])).to_pylist()
        started = self._cell(c.STARTED)[nameless].tolist()
        found = {}
        for index, client, server, at in zip(nameless.tolist(), clients, servers, started, strict=True):
            if any(key in known for key in names.keys(client, server)):
                resolved = names.find(client, server, at)
                if resolved is not None:
                    found[index] = resolved
        return found

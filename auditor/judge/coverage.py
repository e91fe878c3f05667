"""What could be seen, measured against what a pass needs. Every gate says in words what is missing."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from auditor.judge.chinese import PHASES, SURFACES, in_chinese
from auditor.judge.columns import Column
from auditor.judge.facts import Facts
from auditor.judge.grouping import Groups
from auditor.judge.rows import Rows
from auditor.judge.unread_in_chinese import reason_in_chinese
from auditor.model.finding import Gate
from auditor.model.loss import Loss, LossKind
from auditor.model.register import Gates
from auditor.model.said import Said
from auditor.model.vocabulary import Confidence, Relation, Visibility

SURE = (Confidence.HIGH, Confidence.MEDIUM)
EXPLAINED = (Relation.SYSTEM, Relation.NETWORK, Relation.LOCAL)
"""Relations that say by themselves what the traffic is."""
READABLE = (Visibility.CLEARTEXT, Visibility.DECRYPTED)
_LOST = {
    LossKind.DROPPED: ("of the packets lost", "丢失 {} 的数据包"),
    LossKind.UNREADABLE: (
        "of the packets cannot be read (encrypted below IP, or of an unknown link type)",
        "{} 的数据包无法读取（IP 层以下加密，或链路类型未知）",
    ),
}
"""How the losses of each kind are said."""
MAX_DETAILS = 50
_UPPER_BOUNDS = ("packet_loss", "hook_errors")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What the capture files themselves say of their completeness."""

    losses: tuple[tuple[str, Loss], ...] = ()
    """(capture, interval) pairs."""
    loss_unknown: tuple[str, ...] = ()
    """Packet captures that do not say how many packets were lost."""
    hook_errors: tuple[str, ...] = ()
    """Errors of the recording addon, in words."""


def gates(facts: Facts, recorded: Recorded) -> tuple[Gate, ...]:
    """Every gate, in the order in which a report shows them."""
    asked = facts.register.gates
    return (
        _surfaces(facts, asked),
        _phases(facts),
        _hosts_decrypted(facts, asked),
        _bytes_attributed(facts, asked),
        _bodies_inspected(facts, asked),
        _packet_loss(recorded, asked),
        _hook_errors(recorded, asked),
    )


def lowered(asked: Gates) -> tuple[str, ...]:
    """The gates of which a register asks less than the default."""
    default = Gates()
    return tuple(
        entry.name
        for entry in fields(Gates)
        if entry.name != "surfaces" and _is_lower(entry.name, getattr(asked, entry.name), getattr(default, entry.name))
    )


def _is_lower(name: str, asked: float, default: float) -> bool:
    return asked > default if name in _UPPER_BOUNDS else asked < default


def _gate(name: str, value: float | None, bound: float, missing: Iterable[Said], asked: Gates, *, passed: bool) -> Gate:
    details = tuple(missing)
    more = len(details) - MAX_DETAILS
    shown = (*details[:MAX_DETAILS], Said(f"and {more} more", f"另有 {more} 项")) if more > 0 else details
    return Gate(name=name, value=value, least=bound, passed=passed, lowered=name in lowered(asked), detail=shown)


def _surfaces(facts: Facts, asked: Gates) -> Gate:
    groups = Groups(facts.flows, ("surface",))
    counts = {name: count for (name,), count in zip(groups.keys, groups.sizes(), strict=True)}
    wanted = sorted({*facts.surfaces, *asked.surfaces})
    least = min((counts.get(surface, 0) for surface in wanted), default=0)
    missing = [
        Said(f"no flow of the surface {surface}", f"没有{in_chinese(SURFACES, surface)}的流量")
        for surface in wanted
        if counts.get(surface, 0) < asked.min_flows
    ]
    if not wanted:
        missing = [Said("no capture was given", "未提供任何抓包文件")]
    return _gate("min_flows", float(least), float(asked.min_flows), missing, asked, passed=not missing)


def _phases(facts: Facts) -> Gate:
    required = facts.session.required_phases
    run = {phase.id for phase in facts.session.phases}
    missing = [phase for phase in required if phase not in run]
    value = (len(required) - len(missing)) / len(required) if required else None
    words = [Said(f"the phase {phase} was not recorded", f"未录制阶段 {in_chinese(PHASES, phase)}") for phase in missing]
    return Gate(name="required_phases", value=value, least=1.0, passed=not missing, lowered=False, detail=tuple(words))


def _hosts_decrypted(facts: Facts, asked: Gates) -> Gate:
    """Of the hosts with any payload, those where some of it was seen. Sources that know no payload at all, like lists of
    connections, leave it unseen; a conversation that never got to a payload hides nothing."""
    pairs = facts.contacts
    pairs = pairs.where(pairs.is_known("visibility") | pairs.is_known("application") | ~pairs.numbers("bytes_up")[1])
    pairs = pairs.saying(place=place_of(pairs))
    visible = pairs.where(pairs.is_in("visibility", READABLE))
    seen = {key for key in Groups(pairs, ("surface", "place")).keys if key[0] is not None}
    hidden = [
        Said(f"{surface}: {host} could not be looked into", f"{in_chinese(SURFACES, surface)}：无法查看 {host} 的内容")
        for surface, host in sorted(seen.difference(Groups(visible, ("surface", "place")).keys))
    ]
    value = 1 - len(hidden) / len(seen) if len(seen) else None
    passed = value is None or value >= asked.hosts_decrypted
    return _gate("hosts_decrypted", value, asked.hosts_decrypted, hidden, asked, passed=passed)


def _bytes_attributed(facts: Facts, asked: Gates) -> Gate:
    """Of all bytes, those whose recipient is known with medium confidence or better. A flow of unknown size counts as one."""
    pairs = facts.flows
    size = (pairs.numbers("bytes_up")[0] + pairs.numbers("bytes_down")[0]).clip(min=1)
    known = pairs.is_in("confidence", SURE) | pairs.is_in("relation", EXPLAINED)
    total = int(size.sum())
    value = int(size[known].sum()) / total if total else None
    unknown = pairs.where(~known)
    groups = Groups(unknown.saying(place=place_of(unknown)), ("place",))
    places = zip(groups.sums(size[~known]), groups.keys, strict=True)
    missing = [
        Said(f"{size} bytes to {place}", f"{size} 字节发往 {place}")
        for size, (place,) in sorted(places, key=lambda entry: (-entry[0], entry[1]))
    ]
    passed = value is None or value >= asked.bytes_attributed
    return _gate("bytes_attributed", value, asked.bytes_attributed, missing, asked, passed=passed)


def place_of(pairs: Rows) -> Column:
    """Whom each pair asks: the host, the address where no name is known."""
    return pairs.worked_out(("host", "server_ip"), _first_known)


def _first_known(*words: str | None) -> str:
    return next((word for word in words if word is not None), "?")


def _bodies_inspected(facts: Facts, asked: Gates) -> Gate:
    """Of the flows whose payload was in sight, those that were looked through to the end."""
    flows = facts.flows
    parts = flows.each_of("unread", "part")
    unread = parts.present("flow")
    both = zip(parts.texts("flow"), parts.texts("part"), strict=True)
    missing = [Said(f"{flow} {part}", f"{flow} {reason_in_chinese(part)}") for flow, part in both]
    seen = int((flows.is_in("visibility", READABLE) | flows.is_among("flow", parts)).sum())
    value = 1 - len(unread) / seen if seen else None
    passed = value is None or value >= asked.bodies_inspected
    return _gate("bodies_inspected", value, asked.bodies_inspected, missing, asked, passed=passed)


def _packet_loss(recorded: Recorded, asked: Gates) -> Gate:
    """The worst interval. A capture that does not tell its losses has not shown that it lost nothing."""
    ratios = [
        (capture, loss.kind, loss.dropped / (loss.delivered + loss.dropped) if loss.dropped else 0.0)
        for capture, loss in recorded.losses
    ]
    bad = [_lost(capture, kind, share) for capture, kind, share in ratios if share > asked.packet_loss]
    unknown = [
        Said(f"{capture}: does not say how many packets were lost", f"{capture}：未说明丢失了多少数据包")
        for capture in recorded.loss_unknown
    ]
    value = max((share for _, _, share in ratios), default=None)
    return _gate("packet_loss", value, asked.packet_loss, [*bad, *unknown], asked, passed=not bad and not unknown)


def _lost(capture: str, kind: LossKind, share: float) -> Said:
    english, chinese = _LOST[kind]
    return Said(f"{capture}: {share:.2%} {english}", f"{capture}：{chinese.format(f'{share:.2%}')}")


def _hook_errors(recorded: Recorded, asked: Gates) -> Gate:
    count = len(recorded.hook_errors)
    passed = count <= asked.hook_errors
    return _gate(
        "hook_errors", float(count), float(asked.hook_errors), map(Said.plain, recorded.hook_errors), asked, passed=passed
    )

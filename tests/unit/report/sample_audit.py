"""A made-up audit with every section filled, to render in tests. Nothing in it was observed anywhere."""

import hashlib
from dataclasses import replace

import msgspec

from auditor.model.audit import (
    Audit,
    CatalogRow,
    CoverageRow,
    FindingRow,
    GateRow,
    HostRow,
    InputRow,
    PartyRow,
    PhaseRow,
    RecipientRow,
    RuleRow,
    SessionRow,
    SightingRow,
    Tool,
    VerdictRow,
    WaiverRow,
)
from auditor.model.declaration import ClaimRow, LintRow, RegisterRow
from auditor.model.device import DeviceRow, LocalRow, Topology
from auditor.model.vocabulary import (
    Confidence,
    Direction,
    FindingClass,
    Match,
    Outcome,
    Part,
    Relation,
    Result,
    Severity,
    Status,
    Surface,
    Visibility,
)

HOSTILE = (
    "<script>document.title='owned'</script>",
    "<img src=x onerror=fetch('http://evil.example')>",
    "\"><meta http-equiv=refresh content='0;url=http://evil.example/'>",
    "javascript:alert(1)",
    "\x1b[2J\x1b]0;owned\x07\x9b31m",
    "\u202egpj.exe\u2066\u200b",
    '=HYPERLINK("http://evil.example","x")',
    "]]></system-out><!--",
    "</script></style></textarea>",
    "{{ 7*7 }}${7*7}{%raw%}",
    "| a | b |\n\n# title\n<details>",
    "`backtick` ```fence``` [link](http://evil.example)",
    "\x00\x08\ufeff\uffff",
)
"""Strings that captured text may hold, each aimed at one of the formats."""


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def audit() -> Audit:
    """The whole document: a session that fails, as the demonstration does."""
    return Audit(
        schema=1,
        tool=Tool(name="traffic-auditor", version="0.1.0"),
        as_of="2026-11-22",
        session=_session(),
        inputs=_inputs(),
        register=RegisterRow(
            id="o2nails-1.1",
            version="1.1",
            effective="2020-12-24",
            sha256=sha("register"),
            source_sha256=sha("policy"),
            controller="Guangzhou Taiji Electronic Co., Ltd.",
            lowered_gates=("hosts_decrypted",),
        ),
        catalog=CatalogRow(sha256=sha("catalog"), destinations=420, rules=6, references=301, applied=_rules()),
        verdict=VerdictRow(
            result=Result.FAIL,
            exit=1,
            reasons=("5 findings at or above high", "coverage gate hosts_decrypted: 0.5, needed 0.6"),
        ),
        coverage=_coverage(),
        recipients=_recipients(),
        parties=_parties(),
        findings=_findings(),
        waivers=_waivers(),
        claims=_claims(),
        lint=_lint(),
        sightings=_sightings(),
        flow_count=63,
        sighting_count=41,
    )


def passed() -> Audit:
    """The same session with nothing to object to and everything seen."""
    whole = audit()
    gates = tuple(replace(gate, passed=True, value=gate.bound, lowered=False, detail=()) for gate in whole.coverage.gates)
    hosts = tuple(replace(host, decrypted=host.flows, opaque=0, cleartext=0) for host in whole.coverage.hosts)
    return replace(
        whole,
        verdict=VerdictRow(result=Result.PASS, exit=0, reasons=()),
        coverage=CoverageRow(gates=gates, hosts=hosts, blind_spots=(), unread=()),
        session=replace(whole.session, phases=tuple(p for p in whole.session.phases if p.started), scripted=""),
        register=replace(whole.register, lowered_gates=()),
        inputs=tuple(row for row in whole.inputs if row.outcome is Outcome.READ),
        findings=(),
        waivers=(),
        sightings=(),
    )


def inconclusive() -> Audit:
    """The same session where too little was seen and nothing else is wrong."""
    whole = audit()
    verdict = VerdictRow(result=Result.INCONCLUSIVE, exit=3, reasons=("coverage gate hosts_decrypted: 0.5, needed 0.6",))
    return replace(whole, verdict=verdict, findings=(), sightings=(), waivers=())


def empty() -> Audit:
    """An audit of nothing at all: every list empty, every optional value absent."""
    whole = audit()
    session = SessionRow(
        name="empty",
        product="",
        app_version="",
        firmware="",
        topology="",
        tester="",
        surfaces=(),
        started=None,
        ended=None,
        phases=(),
        scripted="",
    )
    return replace(
        whole,
        session=session,
        inputs=(),
        verdict=VerdictRow(result=Result.INCONCLUSIVE, exit=3, reasons=()),
        coverage=CoverageRow(gates=(), hosts=(), blind_spots=(), unread=()),
        recipients=(),
        parties=(),
        findings=(),
        waivers=(),
        claims=(),
        lint=(),
        sightings=(),
        flow_count=0,
        sighting_count=0,
    )


def hostile() -> Audit:
    """The audit with a hostile string in every text that comes from the network, from file names or from the user's files."""
    whole = audit()
    words = "".join(HOSTILE)
    findings = tuple(
        msgspec.structs.replace(
            row,
            recipient=HOSTILE[index % len(HOSTILE)],
            host=words,
            service=words,
            entity=words,
            phase=words,
            kind=HOSTILE[0],
            identifier=words,
            first_flow=f"{words}#{words}",
            message=f"Seen: {words}",
            message_zh=f"出现:{words}",
            evidence=(f"{words}#tcp-1",),
            clause=words,
        )
        for index, row in enumerate(whole.findings)
    )
    return replace(
        whole,
        session=replace(whole.session, name=words, product=words, topology=words, tester=words, scripted=words),
        inputs=tuple(replace(row, path=words, format=words, damage=(words,), notes=(words,)) for row in whole.inputs),
        recipients=tuple(
            replace(row, recipient=HOSTILE[index % len(HOSTILE)], entity=words, hosts=HOSTILE, services=HOSTILE, kinds=HOSTILE)
            for index, row in enumerate(whole.recipients)
        ),
        findings=findings,
        sightings=tuple(
            replace(row, capture=words, flow_id="tcp-1", kind=HOSTILE[0], host=words, path=words, masked=words, location=words)
            for row in whole.sightings
        ),
        coverage=replace(
            whole.coverage,
            hosts=tuple(replace(row, host=words, recipient=words) for row in whole.coverage.hosts),
            blind_spots=HOSTILE,
            unread=HOSTILE,
        ),
        waivers=tuple(replace(row, reason=words, owner=words, party=words) for row in whole.waivers),
        verdict=replace(whole.verdict, reasons=HOSTILE),
    )


def large(findings: int, recipients: int = 200) -> Audit:
    """An audit with that many findings, for limits and speed."""
    whole = audit()
    rows = []
    for number in range(findings):
        base = whole.findings[number % len(whole.findings)]
        host = f"h{number}.sdk{number % recipients}.example"
        key = sha(f"{base.rule}{host}")[:10]
        name = f"sdk{number % recipients}.example"
        rows.append(msgspec.structs.replace(base, id=f"{base.rule}-{key}", host=host, recipient=name, baseline="known"))
    people = tuple(
        replace(whole.recipients[-1], recipient=f"sdk{n}.example", hosts=(f"h{n}.sdk{n}.example",)) for n in range(recipients)
    )
    return replace(whole, findings=tuple(rows), recipients=whole.recipients + people, flow_count=100_000)


def local() -> Audit:
    """The audit with devices of the local network, what they say to each other, and a named set-up."""
    topology = Topology(
        id="P3",
        title="Laptop as access point",
        title_zh="笔记本作为热点",
        seen=("what the printer sends",),
        seen_zh=("打印机发送的内容",),
        unseen=("the link between phone and printer",),
        unseen_zh=("手机与打印机之间的链路",),
    )
    talk = (_talk("router", 9100, "PJL", multicast=False), _talk("239.255.255.250", None, "M-SEARCH", multicast=True))
    return replace(audit(), devices=(_device("printer"), _device("device 1")), local=talk, topologies=(topology,))


def _device(name: str) -> DeviceRow:
    return DeviceRow(
        device=name,
        role=name.split()[0],
        mac="00••••••••••••a7",
        mac_random=name == "device 1",
        vendor="Espressif Inc.",
        addresses=("192.168.50.40",),
        dhcp_name="v11",
        dhcp_vendor="udhcp 1.30",
        dhcp_fingerprint="1,3,6,15",
        names=("<b>V11</b>",),
        services=("_ipp._tcp",),
        mqtt_clients=("client",),
        mqtt_users=(),
        mqtt_topics=("/sys/a/b",),
        serials=("V1•••11",),
        ports=("tcp/9100",),
        captures=("printer.pcapng",),
        first=None,
    )


def _talk(server: str, port: int | None, command: str, *, multicast: bool) -> LocalRow:
    return LocalRow(
        client="printer",
        server=server,
        client_ip="192.168.50.40",
        server_ip="192.168.50.1",
        server_port=port,
        transport="tcp" if port else "udp",
        application=None,
        multicast=multicast,
        visibility=None if multicast else Visibility.CLEARTEXT,
        answered=not multicast,
        flows=2,
        packets_up=3,
        packets_down=4,
        bytes_up=500,
        bytes_down=600,
        phases=("print",),
        first=None,
        commands=(command,),
        evidence=("printer.pcapng#tcp-3",),
    )


def _session() -> SessionRow:
    def phase(name: str, start: int | None, flows: int, *recipients: str, required: bool = True) -> PhaseRow:
        begin, end = (
            (None, None)
            if start is None
            else (f"2026-11-20T10:{start:02d}:00.000000000Z", f"2026-11-20T10:{start + 2:02d}:30.000000000Z")
        )
        return PhaseRow(id=name, started=begin, ended=end, required=required, flows=flows, recipients=recipients)

    return SessionRow(
        name="demo",
        product="O2Nails",
        app_version="4.2.0",
        firmware="1.0.7",
        topology="phone through mitmproxy, printer on its own interface",
        tester="Q. A.",
        surfaces=(Surface.APP, Surface.PRINTER, Surface.SITE),
        started="2026-11-20T10:00:00.000000000Z",
        ended="2026-11-20T10:22:30.000000000Z",
        phases=(
            phase("before_consent", 0, 6, "umeng.com", "alibaba_cloud"),
            phase("consented", 3, 4, "first_party"),
            phase("register", 6, 9, "first_party", "tencent_cloud", "nexmo"),
            phase("pair_printer", 9, 12, "alibaba_cloud", "203.0.113.9"),
            phase("print", 12, 18, "alibaba_cloud", "first_party"),
            phase("pay", 15, 7, "ant_financial", "paypal"),
            phase("background", 18, 7, "umeng.com", required=False),
            phase("delete_account", None, 0),
        ),
        scripted="Scripted demonstration traffic between local servers, not a recording of any released product.",
    )


def _inputs() -> tuple[InputRow, ...]:
    def row(path: str, kind: str | None, surface: Surface | None, flows: int, outcome: Outcome = Outcome.READ) -> InputRow:
        return InputRow(
            path=path,
            sha256=None if outcome is Outcome.MISSING else sha(path),
            outcome=outcome,
            format=kind,
            surface=surface,
            background=False,
            flows=flows,
            damage=("byte 81204: record shorter than its header says",) if outcome is Outcome.DAMAGED else (),
            notes=(),
        )

    return (
        row("app.mitm", "mitmproxy", Surface.APP, 31),
        row("printer.pcapng", "pcapng", Surface.PRINTER, 24),
        row("site.har", "har", Surface.SITE, 8),
        row("printer-2.pcap", "pcap", Surface.PRINTER, 0, Outcome.DAMAGED),
    )


def _rules() -> tuple[RuleRow, ...]:
    def rule(name: str, title: str, title_zh: str, severity: Severity) -> RuleRow:
        return RuleRow(
            id=name,
            title=title,
            title_zh=title_zh,
            severity=severity,
            rationale=f"{title}: a reader of the policy cannot know of it.",
            rationale_zh=f"{title_zh}:政策读者无从得知。",
            references=("GDPR Art. 13(1)(e)", "PIPL Art. 23"),
        )

    return (
        rule("FLOW-BEFORE-CONSENT", "Personal data sent before consent", "同意前发送个人信息", Severity.CRITICAL),
        rule("FLOW-PARTY-OMITTED", "Recipient is not declared", "接收方未声明", Severity.HIGH),
        rule("FLOW-PARTY-WRONG-SURFACE", "Declared for another surface only", "仅为其他端声明", Severity.HIGH),
        rule("ID-HASHED", "Identifier sent as a hash", "以哈希形式发送标识符", Severity.MEDIUM),
        rule("SEC-CLEARTEXT", "Content sent in the clear", "明文传输", Severity.HIGH),
        rule("ID-IN-URL", "Identifier in a URL", "URL 中含标识符", Severity.MEDIUM),
    )


def _finding(
    rule: str,
    recipient: str,
    *,
    kind: str | None,
    surface: Surface,
    phase: str | None = None,
    host: str | None = None,
    status: Status = Status.OPEN,
    finding_class: FindingClass = FindingClass.OMITTED,
    baseline: str | None = "known",
    clause: str | None = None,
    evidence: tuple[str, ...] = ("app.mitm#8f3a",),
    flows: int = 3,
) -> FindingRow:
    about = next(row for row in _rules() if row.id == rule)
    key = "\n".join((rule, surface, phase or "", recipient, host or "", kind or ""))
    return FindingRow(
        id=f"{rule}-{sha(key)[:10]}",
        rule=rule,
        title=about.title,
        title_zh=about.title_zh,
        severity=about.severity,
        status=status,
        surface=surface,
        phase=phase,
        recipient=recipient,
        party=recipient if "." not in recipient else None,
        entity=None,
        service="analytics SDK",
        host=host,
        kind=kind,
        identifier=f"phone {kind}" if kind else None,
        finding_class=finding_class,
        confidence=Confidence.HIGH,
        baseline=baseline,
        flows=flows,
        first_flow=evidence[0],
        clause=clause,
        references=about.references,
        message=f"{about.title}: {host or recipient} received {kind or 'content'} from the {surface}.",
        message_zh=f"{about.title_zh}:{host or recipient} 收到来自{surface}的 {kind or '内容'}。",
        rationale=about.rationale,
        rationale_zh=about.rationale_zh,
        evidence=evidence,
    )


def _findings() -> tuple[FindingRow, ...]:
    return (
        _finding(
            "FLOW-BEFORE-CONSENT",
            "umeng.com",
            kind="imei",
            surface=Surface.APP,
            phase="before_consent",
            host="ulogs.umeng.com",
            baseline="new",
        ),
        _finding("FLOW-PARTY-OMITTED", "umeng.com", kind="oaid", surface=Surface.APP, host="ulogs.umeng.com", flows=11),
        _finding(
            "FLOW-PARTY-WRONG-SURFACE",
            "google",
            kind=None,
            surface=Surface.APP,
            host="www.google-analytics.com",
            finding_class=FindingClass.INCORRECT,
            clause="L191",
            evidence=("app.mitm#91bc",),
        ),
        _finding("ID-HASHED", "tencent_cloud", kind="mac", surface=Surface.APP, finding_class=FindingClass.VAGUE, clause="L177"),
        _finding(
            "SEC-CLEARTEXT",
            "alibaba_cloud",
            kind="mac",
            surface=Surface.PRINTER,
            host="iot.example.cn",
            finding_class=FindingClass.INCORRECT,
            clause="L133",
            evidence=("printer.pcapng#tcp-3", "printer.pcapng#udp-7"),
        ),
        _finding(
            "SEC-CLEARTEXT",
            "203.0.113.9",
            kind=None,
            surface=Surface.PRINTER,
            evidence=("printer.pcapng#tcp-5",),
            finding_class=FindingClass.NOT_ASSESSABLE,
        ),
        _finding(
            "ID-IN-URL", "first_party", kind="phone", surface=Surface.APP, status=Status.WAIVED, finding_class=FindingClass.CLEAR
        ),
    )


def _sightings() -> tuple[SightingRow, ...]:
    def sighting(capture: str, flow: str, surface: Surface, kind: str, recipient: str, host: str, *encodings: str) -> SightingRow:
        return SightingRow(
            capture=capture,
            flow_id=flow,
            surface=surface,
            phase="before_consent" if kind == "imei" else "print",
            at="2026-11-20T10:00:14.125000000Z",
            direction=Direction.UP,
            kind=kind,
            identifier=f"phone {kind}",
            match=Match.PLANTED,
            confidence=Confidence.HIGH,
            part=Part.BODY,
            path=f"$.device.{kind}",
            encodings=encodings,
            variant=f"{kind}:plain",
            masked="86••••••••••21",
            digest=sha(kind)[:32],
            location="message 0 +120" if capture.endswith("mitm") else "packet 812 +14",
            host=host,
            recipient=recipient,
        )

    return (
        sighting("app.mitm", "8f3a", Surface.APP, "imei", "umeng.com", "ulogs.umeng.com", "gzip", "json"),
        sighting("app.mitm", "8f3a", Surface.APP, "oaid", "umeng.com", "ulogs.umeng.com", "gzip", "json", "base64"),
        sighting("app.mitm", "8f3a", Surface.APP, "mac", "tencent_cloud", "android.bugly.qq.com", "json", "md5"),
        sighting("printer.pcapng", "tcp-3", Surface.PRINTER, "mac", "alibaba_cloud", "iot.example.cn"),
    )


def _recipients() -> tuple[RecipientRow, ...]:
    def row(
        name: str,
        surface: Surface,
        relation: Relation,
        *,
        entity: str | None = None,
        zh: str | None = None,
        country: str | None = "CN",
        kinds: tuple[str, ...] = (),
        flows: int = 5,
        hosts: tuple[str, ...] = (),
        up: int = 24_000,
    ) -> RecipientRow:
        return RecipientRow(
            recipient=name,
            surface=surface,
            party=name if relation in (Relation.DECLARED, Relation.FIRST_PARTY, Relation.OTHER_SURFACE) else None,
            entity=entity,
            entity_zh=zh,
            group=None,
            country=country,
            relation=relation,
            services=("hosting",),
            hosts=hosts or (f"api.{name}.example",),
            purposes=("analytics",),
            kinds=kinds,
            flows=flows,
            bytes_up=up,
            bytes_down=up * 7,
            first="2026-11-20T10:00:12.000000000Z",
        )

    return (
        row(
            "alibaba_cloud",
            Surface.APP,
            Relation.DECLARED,
            entity="Alibaba Cloud Computing Co., Ltd.",
            zh="阿里云计算有限公司",
            kinds=("mac",),
            flows=9,
        ),
        row(
            "ant_financial", Surface.APP, Relation.DECLARED, entity="Ant Group Co., Ltd.", zh="蚂蚁科技集团股份有限公司", flows=3
        ),
        row(
            "first_party",
            Surface.APP,
            Relation.FIRST_PARTY,
            entity="Guangzhou Taiji Electronic Co., Ltd.",
            kinds=("phone", "image"),
            flows=8,
            up=2_400_000,
        ),
        row("google", Surface.APP, Relation.OTHER_SURFACE, entity="Google LLC", country="US", flows=2),
        row(
            "tencent_cloud",
            Surface.APP,
            Relation.DECLARED,
            entity="Tencent Cloud Computing (Beijing) Co., Ltd.",
            zh="腾讯云计算(北京)有限责任公司",
            kinds=("mac",),
            flows=4,
        ),
        row("paypal", Surface.APP, Relation.DECLARED, entity="PayPal, Inc.", country="US", flows=2),
        row(
            "umeng.com",
            Surface.APP,
            Relation.UNDECLARED,
            entity="Umeng (Beijing) Technology Co., Ltd.",
            zh="友盟同欣(北京)科技有限公司",
            kinds=("imei", "oaid"),
            flows=11,
            hosts=("ulogs.umeng.com",),
        ),
        row("203.0.113.9", Surface.PRINTER, Relation.UNKNOWN, country=None, flows=2, hosts=("203.0.113.9",), up=900),
        row(
            "alibaba_cloud",
            Surface.PRINTER,
            Relation.DECLARED,
            entity="Alibaba Cloud Computing Co., Ltd.",
            kinds=("mac",),
            flows=20,
            up=81_000,
            hosts=("iot.example.cn",),
        ),
        row("local", Surface.PRINTER, Relation.LOCAL, country=None, flows=2),
        row(
            "baidu",
            Surface.SITE,
            Relation.DECLARED,
            entity="Beijing Baidu Netcom Technology Co., Ltd.",
            zh="北京百度网讯科技有限公司",
            flows=3,
        ),
        row("google", Surface.SITE, Relation.DECLARED, entity="Google LLC", country="US", flows=5),
    )


def _parties() -> tuple[PartyRow, ...]:
    def party(
        name: str,
        en: str,
        line: int,
        purposes: tuple[str, ...],
        *observed: Surface,
        sees: str = "client",
        surfaces: tuple[Surface, ...] = (),
    ) -> PartyRow:
        return PartyRow(
            party=name,
            name_en=en,
            name_zh=None,
            purposes=purposes,
            surfaces=surfaces,
            clause=f"L{line}",
            lines=(f"o2nails-privacy-policy-v1.1.txt:{line}",),
            observability=sees,
            observed=observed,
            flows=4 * len(observed),
            kinds=("mac",) if observed else (),
        )

    return (
        party("alibaba_cloud", "Alibaba Cloud Computing Co., Ltd.", 175, ("cloud_hosting", "push"), Surface.APP, Surface.PRINTER),
        party(
            "tencent_cloud", "Tencent Cloud Computing (Beijing) Co., Ltd.", 177, ("sms", "push", "crash_reporting"), Surface.APP
        ),
        party("nexmo", "Nexmo Limited", 179, ("sms",), sees="server"),
        party("ant_financial", "Ant Financial Services Group", 181, ("payment",), Surface.APP),
        party("apple", "Apple Inc.", 183, ("payment", "push")),
        party("net263", "Beijing 263 Enterprise Communications Co., Ltd.", 185, ("email",), sees="server"),
        party("paypal", "Paypal, Inc.", 187, ("payment",), Surface.APP),
        party(
            "baidu",
            "Beijing Baidu Netcom Technology Co., Ltd.",
            189,
            ("customer_service",),
            Surface.SITE,
            surfaces=(Surface.SITE,),
        ),
        party("google", "Google", 191, ("analytics",), Surface.SITE, Surface.APP, surfaces=(Surface.SITE,)),
    )


def _coverage() -> CoverageRow:
    def gate(name: str, value: float | None, bound: float, passed: bool, *detail: str, lowered: bool = False) -> GateRow:
        return GateRow(name=name, value=value, bound=bound, passed=passed, lowered=lowered, detail=detail)

    def host(surface: Surface, name: str, recipient: str, *counts: int) -> HostRow:
        clear, open_, closed = counts
        return HostRow(
            surface=surface,
            host=name,
            recipient=recipient,
            flows=sum(counts),
            cleartext=clear,
            decrypted=open_,
            opaque=closed,
            bytes_up=4_000,
            bytes_down=52_000,
        )

    return CoverageRow(
        gates=(
            gate("min_flows", 8.0, 1.0, passed=True),
            gate("required_phases", 0.875, 1.0, False, "delete_account was not recorded"),
            gate("hosts_decrypted", 0.5, 0.6, False, "api.paypal.com", lowered=True),
            gate("bytes_attributed", 0.991, 0.95, passed=True),
            gate("bodies_inspected", 0.98, 1.0, False, "app.mitm#77aa response body: content-encoding rot13"),
            gate("packet_loss", None, 0.001, False, "printer.pcapng: does not say how many packets were lost"),
            gate("hook_errors", None, 0.0, passed=True),
        ),
        hosts=(
            host(Surface.APP, "ulogs.umeng.com", "umeng.com", 0, 11, 0),
            host(Surface.APP, "api.paypal.com", "paypal", 0, 0, 2),
            host(Surface.APP, "api.o2nails.example", "first_party", 0, 8, 0),
            host(Surface.PRINTER, "iot.example.cn", "alibaba_cloud", 14, 0, 6),
            host(Surface.PRINTER, "203.0.113.9", "203.0.113.9", 0, 0, 2),
            host(Surface.SITE, "www.google-analytics.com", "google", 0, 5, 0),
        ),
        blind_spots=("api.paypal.com: pinned, 2 flows opaque", "phase delete_account was not run"),
        unread=("app.mitm#77aa response body: content-encoding rot13",),
    )


def _waivers() -> tuple[WaiverRow, ...]:
    def waiver(rule: str, party: str, state: str, expires: str, left: int, *findings: str) -> WaiverRow:
        return WaiverRow(
            rule=rule,
            party=party,
            identifier="*",
            surface="app",
            reason="Accepted until the next release; ticket QA-12",
            owner="release@example.com",
            expires=expires,
            state=state,
            days_left=left,
            findings=findings,
        )

    phone = next(row.id for row in _findings() if row.status is Status.WAIVED)
    return (
        waiver("ID-IN-URL", "first_party", "expiring", "2026-12-01", 9, phone),
        waiver("FLOW-PARTY-OMITTED", "umeng.com", "expired", "2026-11-01", -21),
        waiver("ID-HASHED", "nexmo", "unused", "2027-03-01", 99),
    )


def _claims() -> tuple[ClaimRow, ...]:
    def claim(name: str, line: str, text: str, zh: str, result: str) -> ClaimRow:
        first = "printer.pcapng#tcp-3" if result == "contradicted" else None
        return ClaimRow(
            id=name,
            clause=line,
            claim=text,
            claim_zh=zh,
            result=result,
            reason="Requests were seen in the clear."
            if first
            else "No such phase was recorded."
            if result == "not_tested"
            else "Nothing speaks against it.",
            reason_zh="出现了明文请求。" if first else "未录制相应阶段。" if result == "not_tested" else "未见相反情况。",
            first_flow=first,
        )

    return (
        claim("encryption", "L133", "Data encryption is a security measure", "采用数据加密", "contradicted"),
        claim(
            "closure", "L91", "After the account is closed its data is deleted or masked", "注销后删除或屏蔽数据", "not_tested"
        ),
        claim("website_only", "L189", "Baidu is used on the website", "百度仅用于网站", "held"),
    )


def _lint() -> tuple[LintRow, ...]:
    def row(rule: str, severity: Severity, line: int, message: str) -> LintRow:
        return LintRow(
            rule=rule, severity=severity, line=line, column=1, language="en", message=message, references=("GDPR Art. 12(1)",)
        )

    return (
        row("POL-LIST-EMPTY", Severity.HIGH, 97, "a list is announced and empty"),
        row("POL-LINK-MISSING", Severity.MEDIUM, 177, "links are announced and missing"),
        row("POL-TYPO-JOINED", Severity.LOW, 83, "joined words: yourinformation"),
        row("POL-CONTACT-DOMAIN", Severity.INFO, 151, "the contact's domain differs from the site's"),
    )

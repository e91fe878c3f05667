"""The register and its data map: the bundled facts, and every fault of both files at once."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.catalog import register_file
from auditor.errors import ConfigError, UsageError
from auditor.model.register import Gates
from auditor.model.vocabulary import KINDS, PURPOSES, Surface

MINIMAL = b"""\
schema = 1
id = "r"
version = "1"
effective = 2024-05-01
source_sha256 = ""

[controller]
name_en = "Acme Ltd."

[[party]]
party = "p1"
name_en = "Push Co., Ltd."
languages = ["en"]
purposes = ["push"]
lines = ["policy.txt:12"]
"""

MINIMAL_MAP = b"""\
schema = 1
register = "r"

[observability]
p1 = "client"

[[use]]
party = "p1"
purpose = "push"
kinds = ["push_token"]
status = "inferred"
"""

NINE = {
    "alibaba_cloud": ("L175", ("cloud_hosting", "cloud_database", "push", "other"), ()),
    "tencent_cloud": ("L177", ("sms", "push", "crash_reporting", "analytics"), ()),
    "nexmo": ("L179", ("sms",), ()),
    "ant_financial": ("L181", ("payment",), ()),
    "apple": ("L183", ("payment", "push"), ()),
    "net263": ("L185", ("email",), ()),
    "paypal": ("L187", ("payment",), ()),
    "baidu": ("L189", ("customer_service", "analytics"), (Surface.SITE,)),
    "google": ("L191", ("analytics",), (Surface.SITE,)),
}


def faults(text: bytes, map_text: bytes | None = None) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        register_file.parse(text, "r.toml", map_text, "r.datamap.toml")
    return [str(fault) for fault in raised.value.faults]


def test_bundled_register_holds_the_nine_parties_with_their_clauses() -> None:
    """Each party has its clause, purposes and surfaces; Baidu and Google are declared for the site only."""
    register = register_file.load("o2nails-1.1")
    found = {party.party: (party.clause, party.purposes, party.surfaces) for party in register.parties}
    assert found == NINE


def test_four_parties_are_named_in_chinese_behind_their_english_line() -> None:
    """The English mention comes first, so that it is the clause."""
    register = register_file.load("o2nails-1.1")
    chinese = {p.party: [int(m.rpartition(":")[2]) for m in p.lines] for p in register.parties if "zh-Hans" in p.languages}
    assert chinese == {"nexmo": [179, 43], "apple": [183, 46], "paypal": [187, 49], "google": [191, 52]}


def test_bundled_register_keeps_the_usual_gates_and_its_hashes() -> None:
    """The bundled register lowers no gate, and its hash is that of its file."""
    register = register_file.load("o2nails-1.1")
    assert register.gates == Gates()
    text = (register_file.BUNDLED / "o2nails-1.1.toml").read_bytes()
    assert register.sha256 == hashlib.sha256(text).hexdigest()
    assert len(register.datamap_sha256) == 64


def test_data_map_covers_every_declared_purpose_and_confirms_nothing() -> None:
    """Each party and purpose has its line, inferred or unknown: the policy binds no data to anyone."""
    register = register_file.load("o2nails-1.1")
    declared = {(party.party, purpose) for party in register.parties for purpose in party.purposes}
    assert {(use.party, use.purpose) for use in register.uses} == declared
    assert {use.status for use in register.uses} == {"inferred", "unknown"}
    assert set(register.observability) == {party.party for party in register.parties}
    assert {party for party, where in register.observability.items() if where == "server"} == {"nexmo", "net263"}


def test_every_bundled_register_loads() -> None:
    """Whatever lies in the folder is whole."""
    assert "o2nails-1.1" in register_file.names()
    for name in register_file.names():
        assert register_file.load(name).id == name


def test_a_minimal_register_is_enough() -> None:
    """Everything else has a default; gates are the usual ones."""
    register = register_file.parse(MINIMAL, "r.toml", MINIMAL_MAP, "r.datamap.toml")
    assert register.gates == Gates()
    assert register.uses[0].kinds == ("push_token",)
    assert not register.parties[0].confirmed


def test_register_without_data_map_has_no_uses() -> None:
    """The data map is optional."""
    register = register_file.parse(MINIMAL, "r.toml")
    assert (register.uses, register.observability, register.datamap_sha256) == ((), {}, "")


BAD = [
    (b'version = "1"', b'verison = "1"', "line 3: unknown key 'verison' in the file (did you mean 'version'?)"),
    (b"2024-05-01", b'"2024-13-01"', "line 4: 'effective' is no date: '2024-13-01' (write YYYY-MM-DD)"),
    (b'["push"]', b'["psuh"]', "line 14: unknown word 'psuh' in 'purposes' (did you mean 'push'?)"),
    (b'["en"]', b'["eng"]', "line 13: unknown word 'eng' in 'languages' (did you mean 'en'?)"),
    (b"policy.txt:12", b"policy.txt", "line 15: 'policy.txt' is no place in a text (write FILE:LINE, like policy.txt:175)"),
    (b'source_sha256 = ""', b'source_sha256 = "abc"', "line 5: 'source_sha256' is no SHA-256"),
    (b"schema = 1", b"schema = 2", "line 1: schema 2 is not known (this version reads schema = 1)"),
    (b'name_en = "Push Co., Ltd."\n', b"", "line 10: [party] needs 'name_en' or 'name_zh'"),
]


@pytest.mark.parametrize(("good", "bad", "told"), BAD)
def test_a_fault_is_told_with_line_and_nearest_word(good: bytes, bad: bytes, told: str) -> None:
    """Each kind of fault names its line and what to write instead."""
    assert any(told in fault for fault in faults(MINIMAL.replace(good, bad, 1)))


def test_all_faults_of_both_files_come_at_once() -> None:
    """A wrong key in the register does not hide an unknown party in the data map."""
    told = faults(
        MINIMAL.replace(b"version", b"verison", 1),
        MINIMAL_MAP.replace(b'party = "p1"', b'party = "p2"').replace(b'"push"', b'"pusch"'),
    )
    assert any("verison" in fault for fault in told)
    assert not any("p1" in fault or "p2" in fault for fault in told), "parties are not known while the register has faults"
    assert any(fault.startswith("r.datamap.toml: line 9: unknown purpose 'pusch'") for fault in told)


MAP_BAD = [
    (b'party = "p1"', b'party = "p2"', "unknown party 'p2' (did you mean 'p1'?)"),
    (b'purpose = "push"', b'purpose = "sms"', "'p1' is not declared for 'sms'"),
    (b'"push_token"', b'"push_tokn"', "unknown word 'push_tokn' in 'kinds' (did you mean 'push_token'?)"),
    (b'"inferred"', b'"guessed"', "unknown status 'guessed'"),
    (b'register = "r"', b'register = "s"', "the data map is for 's', not for 'r' (write 'r')"),
    (b'p1 = "client"', b'p3 = "client"', "unknown key 'p3' in [observability] (did you mean 'p1'?)"),
    (b'p1 = "client"', b'p1 = "phone"', "unknown p1 'phone'"),
]


@pytest.mark.parametrize(("good", "bad", "told"), MAP_BAD)
def test_faults_of_the_data_map(good: bytes, bad: bytes, told: str) -> None:
    """The data map is checked against the register that it belongs to."""
    assert any(told in fault for fault in faults(MINIMAL, MINIMAL_MAP.replace(good, bad, 1)))


def test_two_tables_of_one_party_are_a_fault() -> None:
    """A second [[party]] of the same id would be lost silently."""
    twice = MINIMAL + MINIMAL[MINIMAL.index(b"[[party]]") :]
    assert any("line 16: [[party]] 'p1' stands here twice" in fault for fault in faults(twice))


@pytest.mark.parametrize("gate", ["hosts_decrypted = 1.2", "packet_loss = -0.1", "min_flows = -1"])
def test_gates_outside_their_range_are_faults(gate: str) -> None:
    """Shares lie between 0 and 1, counts are not negative."""
    assert faults(MINIMAL + f"[coverage]\n{gate}\n".encode())


def test_a_name_that_is_no_register_tells_the_nearest_one() -> None:
    """A typo in --register is answered with the bundled name."""
    with pytest.raises(UsageError, match=r"did you mean 'o2nails-1\.1'"):
        register_file.load("o2nails-1.2")


def test_text_in_another_encoding_is_a_fault_with_its_line() -> None:
    """GBK is not guessed in files that the program reads strictly."""
    assert "r.toml: line 8: not UTF-8 (save the file as UTF-8)" in faults(MINIMAL.replace(b"Acme", "爱客".encode("gbk")))


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_any_bytes_give_a_register_or_faults(data: bytes) -> None:
    """Hostile input never escapes as another error."""
    try:
        register_file.parse(data, "r.toml", data, "r.datamap.toml")
    except ConfigError as error:
        assert error.faults


@given(st.sampled_from(["purposes", "kinds", "surfaces", "lines", "links", "languages"]), st.integers() | st.booleans())
def test_wrong_types_are_faults(key: str, value: int) -> None:
    """A number where a list belongs is told, not raised."""
    text = MINIMAL + f"{key if key != 'kinds' else 'links'} = {str(value).lower()}\n".encode()
    with pytest.raises(ConfigError):
        register_file.parse(text, "r.toml")


def test_categories_use_only_known_kinds() -> None:
    """The kinds of the bundled register are those of the model, and no kind is both declared and open in one clause."""
    register = register_file.load("o2nails-1.1")
    for category in register.categories:
        assert set(category.kinds) | set(category.open_kinds) <= set(KINDS)
        assert not set(category.kinds) & set(category.open_kinds)
    assert {purpose for party in register.parties for purpose in party.purposes} <= set(PURPOSES)


def test_countries_and_the_age_of_children_are_read() -> None:
    """What a policy says of transfers and of children stands in tables of their own; a register without them says nothing."""
    text = MINIMAL + b'[transfer]\ncountries = ["CN", "US"]\nline = 7\n[children]\nbelow = 14\n'
    register = register_file.parse(text, "r.toml")
    assert (register.disclosed_countries, register.transfer_line, register.child_age) == (("CN", "US"), 7, 14)
    plain = register_file.parse(MINIMAL, "r.toml")
    assert (plain.disclosed_countries, plain.transfer_line, plain.child_age) == ((), None, None)


@pytest.mark.parametrize(
    ("tables", "told"),
    [
        (b'[transfer]\ncountries = ["China"]\n', "'China' is no country"),
        (b'[transfer]\ncountry = "CN"\n', "country"),
        (b"[transfer]\nline = 0\n", "line number"),
        (b"[children]\nbelow = 99\n", "must be an age"),
    ],
)
def test_wrong_countries_and_ages_are_faults(tables: bytes, told: str) -> None:
    """A word for a country, an unknown key, a line 0 and an impossible age are told."""
    assert told in "\n".join(faults(MINIMAL + tables))


QUOTE = '\n[[quote]]\nclause = 7\nlanguage = "en"\ntext = "Acme sends mail."\n'


def test_a_quotation_stands_at_its_clause_unless_another_line_is_named() -> None:
    text = (register_file.BUNDLED / "o2nails-1.1.toml").read_text(encoding="utf-8")
    read = register_file.parse((text + QUOTE + QUOTE.replace("clause = 7", "clause = 7\nline = 3")).encode(), "r.toml")
    assert [(quote.clause, quote.line, quote.text) for quote in read.quotes[-2:]] == [
        (7, 7, "Acme sends mail."),
        (7, 3, "Acme sends mail."),
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param("Acme sends mail.", "x" * 241, "has 241 characters", id="a quotation is not a copy of the policy"),
        pytest.param("clause = 7\n", "", "'clause'", id="a quotation without its clause"),
        pytest.param('"en"', '"de"', "unknown language", id="a language of no policy"),
    ],
)
def test_a_faulty_quotation_is_told(old: str, new: str, said: str) -> None:
    text = (register_file.BUNDLED / "o2nails-1.1.toml").read_text(encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        register_file.parse((text + QUOTE.replace(old, new)).encode(), "r.toml")
    assert said in " ".join(fault.what for fault in raised.value.faults)

"""Which sightings are of digests."""

from auditor.judge.readable import digest_of, value_of
from tests.rules.case_facts import facts


def test_the_first_digest_of_a_chain() -> None:
    """Other encodings hide nothing; an empty chain and a missing one are none."""
    chains = [["gzip", "md5", "sha1"], ["base64"], [], "null"]
    seen = facts([{}], [{"kind": "imei", "encodings": chain} for chain in chains]).seen
    assert digest_of(seen).texts() == ["md5", None, None, None]


def test_a_value_is_its_label_or_its_digest() -> None:
    """Two spellings of a planted value are one."""
    seen = facts(
        [{}], [{"kind": "imei", "identifier": "a", "digest": "1"}, {"kind": "imei", "identifier": "null", "digest": "2"}]
    ).seen
    assert value_of(seen).texts() == ["a", "2"]

"""Which sightings are of digests."""

from auditor.judge.readable import digest_of
from tests.rules.case_facts import facts


def test_the_first_digest_of_a_chain() -> None:
    """Other encodings hide nothing; an empty chain and a missing one are none."""
    chains = [["gzip", "md5", "sha1"], ["base64"], [], "null"]
    seen = facts([{}], [{"kind": "imei", "encodings": chain} for chain in chains]).sightings
    assert digest_of(seen).fillna("-").tolist() == ["md5", "-", "-", "-"]

"""Digests of a value, plain, doubled, salted and keyed."""

import hashlib
import hmac

from auditor.identify.digests import ALGORITHMS, DOUBLE, USUAL_SIGNS, crc32, digests, salted, salted_apart, salted_commonly

DATA = b"352099001761481"


def test_plain() -> None:
    """One of each algorithm, SM3 too."""
    found = {digest.words: digest.value for digest in digests(DATA, doubled=0)}
    assert found == {(name,): hashlib.new(name, DATA).digest() for name in ALGORITHMS}
    assert crc32(b"123456789") == 0xCBF43926


def test_doubled() -> None:
    """The hash of the hex text of a hash, outermost word first."""
    found = {digest.words: digest.value for digest in digests(DATA, doubled=len(DOUBLE)) if not digest.note}
    assert found["sha256", "md5"] == hashlib.sha256(hashlib.md5(DATA).hexdigest().encode()).digest()
    assert set(DOUBLE) <= set(found)
    assert {(name, "md5") for name in ALGORITHMS} <= set(found)


def test_doubled_in_capitals() -> None:
    """Many servers hash the MD5 as they print it: in capitals."""
    inner = hashlib.md5(DATA).hexdigest().upper().encode()
    found = {(digest.words, digest.value) for digest in digests(DATA, doubled=len(DOUBLE)) if digest.note == ":upper"}
    assert {(name, hashlib.new(name, inner).digest()) for name in ALGORITHMS} == {(words[0], value) for words, value in found}
    assert not [digest for digest in digests(DATA, doubled=1) if digest.note]


def test_salted_and_keyed() -> None:
    """Salt before, behind and around; HMAC with each key; each marked in the variant."""
    found = [(digest.words, digest.value, digest.note) for digest in salted(DATA, ("s",), ("k",))]
    assert (("md5",), hashlib.md5(b"s" + DATA).digest(), ":salt") in found
    assert (("sha256",), hashlib.sha256(DATA + b"s").digest(), ":salt") in found
    assert (("sha1",), hashlib.sha1(b"s" + DATA + b"s").digest(), ":salt") in found
    assert (("hmac_sha256",), hmac.digest(b"k", DATA, "sha256"), ":key") in found
    assert list(salted(DATA, (), ())) == []


def test_a_key_in_hex_is_tried_as_its_bytes_too() -> None:
    """Users list keys as servers print them; a short word in hex letters is a word."""
    key = "00112233445566778899aabbccddeeff"
    found = {digest.value for digest in salted(DATA, (), (key, "face"))}
    assert {hmac.digest(key.encode(), DATA, "sha256"), hmac.digest(bytes.fromhex(key), DATA, "sha256")} <= found
    assert hmac.digest(b"\xfa\xce", DATA, "md5") not in found


def test_salts_with_a_sign_between() -> None:
    """Before and behind, with each algorithm; only usual signs where those are asked for."""
    usual = {digest.value for digest in salted_apart(DATA, ("s",), USUAL_SIGNS)}
    assert hashlib.md5(b"s_" + DATA).digest() in usual
    assert hashlib.md5(b"s," + DATA).digest() not in usual
    found = {(digest.words, digest.value) for digest in salted_apart(DATA, ("s",))}
    assert (("md5",), hashlib.md5(b"s:" + DATA).digest()) in found
    assert (("sha512",), hashlib.sha512(DATA + b"|s").digest()) in found
    assert {words for words, _ in found} == {(name,) for name in ALGORITHMS}


def test_salts_around_with_a_sign_between() -> None:
    """Only where that is asked for: it costs half as many needles again."""
    wanted = hashlib.sha256(b"s|" + DATA + b"|s").digest()
    assert wanted in {digest.value for digest in salted_apart(DATA, ("s",), around=True)}
    assert wanted not in {digest.value for digest in salted_apart(DATA, ("s",))}


def test_every_algorithm_is_salted_and_many_spellings_get_the_commonest() -> None:
    """SHA-224 and SHA-384 as well; the commonest are among all."""
    every = {(digest.words, digest.value) for digest in salted(DATA, ("s",), ("k",))}
    assert {words for words, _ in every} >= {(name,) for name in ALGORITHMS}
    assert {(digest.words, digest.value) for digest in salted_commonly(DATA, ("s",), ("k",))} < every

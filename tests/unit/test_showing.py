"""A message as a person sees it: sightings, what was not read, fields; planted values masked, nothing that steers a terminal."""

import gzip

from auditor.catalog import identifier_knowledge
from auditor.identify.detector import Detector
from auditor.model.session import PlantedValue, Subjects
from auditor.showing import MOST_FIELDS, describer

IMEI = "356938035643809"
SUBJECTS = Subjects(identifiers=(PlantedValue(label="phone", kind="imei", value=IMEI, owner="phone"),))
DESCRIBE = describer(Detector.build(SUBJECTS, bytes(32), identifier_knowledge.load_identifier_knowledge()))
HEADERS = ((b"content-type", b"application/json"), (b"content-encoding", b"gzip"))


def test_fields_and_sightings_of_a_coded_body_are_shown() -> None:
    text = DESCRIBE(gzip.compress(b'{"device":{"imei":"%s"}}' % IMEI.encode()), b"/v1/a?x=1", HEADERS, True)
    assert "phone (imei) 35" in text
    assert "in body $.device.imei [gzip > json]" in text
    assert "query x: 1" in text
    assert IMEI not in text


def test_what_cannot_be_read_is_said() -> None:
    assert "not read: request body: content-encoding rot13" in DESCRIBE(b"abc", b"/", ((b"content-encoding", b"rot13"),), True)


def test_hostile_bytes_do_not_steer_the_terminal() -> None:
    text = DESCRIBE(b"\x1b[2J\x07\xff" * 50, None, (), False)
    assert all(sign.isprintable() or sign == "\n" for sign in text)


def test_a_flood_of_fields_is_cut_and_counted() -> None:
    body = b"{" + b",".join(b'"key%d":"value %d"' % (number, number) for number in range(MOST_FIELDS * 2)) + b"}"
    text = DESCRIBE(body, None, ((b"content-type", b"application/json"),), True)
    assert len(text.splitlines()) < MOST_FIELDS + 10
    assert "more" in text.splitlines()[-1]

"""The journal: values replaced, chains made anew, nothing of the machine."""

from auditor.model.journal import FIRST_LINK, seal
from auditor.redact.journal_lines import rewrite
from auditor.session.journal import read_journal
from tests.unit.redact.people import VALUES, pseudonyms, rewriter, subjects

PLANTED = subjects()
NEW = pseudonyms(PLANTED)


def journal(*bodies: bytes) -> bytes:
    """Records of one recorder, chained."""
    link, lines = FIRST_LINK, []
    for body in bodies:
        line, link = seal(b'{"recorder":"app-1",' + body + b"}", link)
        lines.append(line + b"\n")
    return b"".join(lines)


STARTED, ENDED = b'"n":0,"kind":"started","options":{"mode":"[regular]","key":"/home/somebody"}', b'"n":2,"kind":"ended"'
NOTE = b'"n":1,"kind":"note","text":"%s from %s"' % (VALUES["email"].encode(), VALUES["ip"].encode())


def test_values_are_replaced_and_the_chain_holds() -> None:
    """The audit reads it as an untouched journal."""
    made = rewrite(journal(STARTED, NOTE, ENDED), rewriter(PLANTED))
    facts = read_journal(made)
    assert (facts.damage, facts.unfinished) == ((), ())
    assert NEW["email"].encode() in made
    assert NEW["ip"].encode() in made
    assert b"somebody" not in made


def test_the_hash_of_the_file_that_was_recorded_is_left_out() -> None:
    """The shared file is another one."""
    made = rewrite(journal(STARTED, ENDED + b',"file_sha256":"%s"' % (b"a" * 64)), rewriter(PLANTED))
    (run,) = read_journal(made).recorders
    assert (run.has_ended, run.file_sha256) == (True, None)


def test_a_line_that_was_never_finished_is_left_out() -> None:
    """And so is what is no record."""
    whole = journal(STARTED, NOTE)
    made = rewrite(whole + b'{"recorder":"app-1","kind":"no\x18\nnonsense\n{"half', rewriter(PLANTED))
    assert made.count(b"\n") == 2
    assert read_journal(made).damage == ()

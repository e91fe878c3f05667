from dataclasses import replace

from auditor.report.timeline import _LEAST, WIDTH, timeline

from . import sample_audit


def test_phases_stand_in_the_order_of_the_recording_and_missing_ones_last() -> None:
    bars = timeline(sample_audit.audit())
    assert [bar.phase.id for bar in bars][:2] == ["before_consent", "consented"]
    assert bars[-1].phase.id == "delete_account"
    assert bars[-1].seconds is None


def test_a_bar_begins_and_lasts_as_its_phase() -> None:
    first, second = timeline(sample_audit.audit())[:2]
    assert (first.x, first.seconds) == (0.0, 150)
    assert second.x == round(WIDTH * 180 / 1230, 1)
    assert first.width == round(WIDTH * 150 / 1230, 1)
    bars = [bar for bar in timeline(sample_audit.audit()) if bar.seconds is not None]
    assert max(bar.x + bar.width for bar in bars) == WIDTH


def test_a_moment_in_a_long_recording_is_drawn_within_the_line() -> None:
    """Three pixels or more, also at the very end; a recording of one moment fills the line; what was not recorded is no bar."""
    audit = sample_audit.audit()
    long = replace(audit.session.phases[0], started="2026-11-20T00:00:00Z", ended="2026-11-20T10:00:00Z")
    moment = replace(long, id="moment", started=long.ended)
    missing = replace(long, id="missing", started=None, ended=None)
    drawn = timeline(replace(audit, session=replace(audit.session, phases=(long, moment, missing))))
    assert [(bar.x, bar.width) for bar in drawn] == [(0.0, WIDTH), (WIDTH - _LEAST, _LEAST), (0.0, 0.0)]
    (alone,) = timeline(replace(audit, session=replace(audit.session, phases=(moment,))))
    assert (alone.x, alone.width, alone.seconds) == (0.0, WIDTH, 0)


def test_open_findings_are_counted_by_phase() -> None:
    assert timeline(sample_audit.audit())[0].findings == 1


def test_phases_without_length_and_times_that_are_none_are_drawn() -> None:
    audit = sample_audit.audit()
    phase = audit.session.phases[0]
    short = replace(phase, ended=phase.started)
    broken = replace(phase, id="x", started="yesterday")
    bars = timeline(replace(audit, session=replace(audit.session, phases=(short, broken))))
    assert [bar.seconds for bar in bars] == [0, None]
    assert timeline(sample_audit.empty()) == ()

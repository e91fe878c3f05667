from dataclasses import replace

from auditor.report.timeline import WIDTH, timeline

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

from dataclasses import replace

from auditor.report import page

from . import sample_audit


def test_a_finding_shows_the_sightings_of_its_flows_kind_and_recipient_only() -> None:
    audit = sample_audit.audit()
    views = {view.row.rule: view for view in page.parts(audit)["findings"]}
    assert [place.kind for place in views["FLOW-BEFORE-CONSENT"].places] == ["imei"]
    assert [place.recipient for place in views["ID-HASHED"].places] == ["tencent_cloud"]
    assert views["FLOW-PARTY-WRONG-SURFACE"].places == ()


def test_a_sighting_in_a_packet_makes_the_recipe_name_that_packet() -> None:
    views = page.parts(sample_audit.audit())["findings"]
    recipes = [recipe.filter for view in views for recipe in view.recipes]
    assert "frame.number == 812" in recipes
    assert "udp.stream == 7" in recipes


def test_more_places_than_are_shown_are_counted() -> None:
    audit = sample_audit.audit()
    many = replace(audit, sightings=audit.sightings[:1] * 25)
    view = page.parts(many)["findings"][0]
    assert (len(view.places), view.more_places) == (5, 20)


def test_what_to_fix_first_is_what_blocks_and_else_what_is_open() -> None:
    audit = sample_audit.audit()
    assert len(page.parts(audit)["first"]) == 5
    mild = replace(audit, findings=tuple(row for row in audit.findings if row.rule == "ID-HASHED"))
    assert [row.rule for row in page.parts(mild)["first"]] == ["ID-HASHED"]


def test_the_printers_recipients_stand_with_the_one_that_got_most_first() -> None:
    contacts = page.parts(sample_audit.audit())["printer"].contacts
    assert [line.recipient.recipient for line in contacts] == ["alibaba_cloud", "203.0.113.9"]


def test_recipients_have_the_name_of_their_company_in_both_languages() -> None:
    names = page.parts(sample_audit.audit())["names"]
    assert all(english and chinese for english, chinese in names.values())
    assert not any(name == english for name, (english, _) in names.items())

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model.vocabulary import Relation, Surface
from auditor.report.sankey import Kind, Standing, sankey, standing

from . import sample_audit


def test_the_columns_are_surfaces_recipients_and_countries_with_the_same_number_of_flows() -> None:
    audit = sample_audit.audit()
    picture = sankey(audit)
    whole = sum(row.flows for row in audit.recipients)
    for kinds in ((Kind.SURFACE,), (Kind.RECIPIENT, Kind.OTHERS), (Kind.COUNTRY, Kind.NOWHERE)):
        assert sum(node.flows for node in picture.nodes if node.kind in kinds) == whole


def test_a_recipient_stands_as_its_worst_contact_and_each_ribbon_as_its_own() -> None:
    picture = sankey(sample_audit.audit())
    nodes = {node.name: node.standing for node in picture.nodes if node.kind is Kind.RECIPIENT}
    assert {name for name, how in nodes.items() if how is Standing.STRANGE} == {"umeng.com", "203.0.113.9"}
    assert nodes["google"] is Standing.ELSEWHERE
    ribbons = [ribbon for ribbon in picture.ribbons if ribbon.target.name == "google"]
    assert {(ribbon.source.name, ribbon.standing) for ribbon in ribbons} == {
        ("app", Standing.ELSEWHERE),
        ("site", Standing.DECLARED),
    }


@pytest.mark.parametrize("relation", Relation)
def test_every_relation_has_a_standing(relation: Relation) -> None:
    wrong = {Relation.UNDECLARED, Relation.UNKNOWN, Relation.OTHER_SURFACE, Relation.OTHER_PURPOSE, Relation.SAME_GROUP}
    assert (standing(relation) is Standing.DECLARED) == (relation not in wrong)


def test_nothing_recorded_draws_nothing() -> None:
    assert sankey(sample_audit.empty()).nodes == ()


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(Surface), st.integers(1, 10**7), st.sampled_from(Relation), st.sampled_from(("CN", "US", None))
        ),
        min_size=1,
        max_size=60,
    )
)
def test_boxes_stay_in_the_picture_and_labels_of_a_column_do_not_touch(
    rows: list[tuple[Surface, int, Relation, str | None]],
) -> None:
    base = sample_audit.audit()
    recipients = tuple(
        replace(base.recipients[0], recipient=f"r{number}", surface=surface, flows=flows, relation=relation, country=country)
        for number, (surface, flows, relation, country) in enumerate(rows)
    )
    picture = sankey(replace(base, recipients=recipients))
    for x in {node.x for node in picture.nodes}:
        column = sorted((node for node in picture.nodes if node.x == x), key=lambda node: node.y)
        assert all(node.y >= 0 and node.y + node.height <= picture.height for node in column)
        centres = [node.y + node.height / 2 for node in column]
        assert all(second - first >= 14 for first, second in itertools.pairwise(centres))


@pytest.mark.parametrize("count", [18, 19, 60])
def test_beyond_eighteen_recipients_the_smallest_declared_ones_are_drawn_as_one(count: int) -> None:
    base = sample_audit.audit()
    rows = tuple(replace(base.recipients[0], recipient=f"r{number}", flows=number + 1) for number in range(count))
    nodes = [node for node in sankey(replace(base, recipients=rows)).nodes if node.kind in (Kind.RECIPIENT, Kind.OTHERS)]
    assert len(nodes) == min(count, 19)


def test_ribbons_fill_their_boxes_from_top_to_bottom() -> None:
    """At both ends each ribbon begins where the one above it ends, and none leaves its box."""
    picture = sankey(sample_audit.audit())
    scale = max(node.height / node.flows for node in picture.nodes if node.height > 20)
    for node in picture.nodes:
        ends = [
            (float(ribbon.path[1:].split("C")[0].split(",")[1]), ribbon) for ribbon in picture.ribbons if ribbon.source == node
        ]
        starts = [(float(ribbon.path.rsplit(",", 1)[1]), ribbon) for ribbon in picture.ribbons if ribbon.target == node]
        for side in filter(None, (ends, starts)):
            top = node.y
            for middle, ribbon in sorted(side, key=lambda end: end[0]):
                assert middle - ribbon.flows * scale / 2 == pytest.approx(top, abs=0.6)
                top = middle + ribbon.flows * scale / 2
            assert top == pytest.approx(node.y + node.flows * scale, abs=0.6)


def test_a_small_box_stands_in_the_middle_of_its_label() -> None:
    """The label's line is higher than the box of one flow among thousands."""
    base = sample_audit.audit()
    rows = tuple(replace(base.recipients[0], recipient=name, flows=flows) for name, flows in (("big", 9_999), ("small", 1)))
    nodes = [node for node in sankey(replace(base, recipients=rows)).nodes if node.kind is Kind.RECIPIENT]
    big, small = nodes
    assert small.height == 2.0
    assert small.y - (big.y + big.height) == pytest.approx(12 + (15 - 2) / 2, abs=0.2)

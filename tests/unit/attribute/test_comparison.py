"""The four comparisons with the register, on registers made for the purpose."""

from dataclasses import replace

import pytest

from auditor.attribute.comparison import COVERED_BY, Comparer
from auditor.attribute.ladder import Ladder
from auditor.model.attribution import Comparison, EntityMatch
from auditor.model.destination import Catalog
from auditor.model.register import Controller, DeclaredParty, Gates, Register
from auditor.model.vocabulary import PURPOSES, Relation, Surface

from .conftest import sni


def declared(party: str, name: str | None, purposes: tuple[str, ...], surfaces: tuple[Surface, ...] = ()) -> DeclaredParty:
    return DeclaredParty(
        party=party,
        name_en=name,
        name_zh=None,
        languages=("en",),
        purposes=purposes,
        surfaces=surfaces,
        categories=(),
        links=(),
        lines=("policy.txt:1",),
        confirmed=True,
    )


def register_of(*parties: DeclaredParty, controller: str | None = "Example Nails Ltd.") -> Register:
    return Register(
        id="test",
        version="1",
        effective="2026-01-01",
        source_sha256="0" * 64,
        controller=Controller(
            name_en=controller, name_zh=None, domains=("nails.example",), contact=None, products=(), sites=(), lines=()
        ),
        parties=parties,
        categories=(),
        uses=(),
        gates=Gates(),
        observability={},
    )


def compared(
    catalog: Catalog, register: Register, host: str, surface: Surface = Surface.APP
) -> tuple[Relation, str | None, Comparison]:
    found = Ladder(catalog, register).attribute(sni(host, surface=surface))
    assert found.comparison is not None
    return found.relation, found.party, found.comparison


def test_all_four_agree(catalog: Catalog) -> None:
    """A service, legal person, purpose and surface that the policy names."""
    register = register_of(declared("umeng", "Umeng", ("analytics",), (Surface.APP,)))
    relation, party, comparison = compared(catalog, register, "ulogs.umeng.com")
    assert (relation, party) == (Relation.DECLARED, "umeng")
    assert comparison == Comparison(party="umeng", service=True, entity=EntityMatch.EXACT, purpose=True, surface=True)


def test_other_surface(catalog: Catalog) -> None:
    """Declared for the site, seen from the app: the party is known, the surface is not covered."""
    register = register_of(declared("umeng", "Umeng", ("analytics",), (Surface.SITE,)))
    relation, party, comparison = compared(catalog, register, "ulogs.umeng.com")
    assert (relation, party, comparison.surface) == (Relation.OTHER_SURFACE, "umeng", False)


def test_other_purpose(catalog: Catalog) -> None:
    """A declared legal person with a purpose that no declaration covers: no party."""
    register = register_of(declared("umeng", "Umeng", ("push",)))
    relation, party, comparison = compared(catalog, register, "ulogs.umeng.com")
    assert (relation, party) == (Relation.OTHER_PURPOSE, None)
    assert (comparison.service, comparison.purpose, comparison.party) == (True, False, "umeng")


def test_same_group_only(catalog: Catalog) -> None:
    """Another company of a declared group is not the declared party."""
    register = register_of(declared("alibaba_cloud", "Alibaba Cloud Computing Co., Ltd.", ("analytics", "cloud_hosting")))
    relation, party, comparison = compared(catalog, register, "ulogs.umeng.com")
    assert (relation, party) == (Relation.SAME_GROUP, None)
    assert comparison == Comparison(
        party="alibaba_cloud", service=False, entity=EntityMatch.SAME_GROUP, purpose=False, surface=None
    )


def test_nobody_of_the_group(catalog: Catalog) -> None:
    """A register that names nobody near: undeclared, nothing to compare with."""
    relation, party, comparison = compared(catalog, register_of(), "ulogs.umeng.com")
    assert (relation, party, comparison.party, comparison.entity) == (Relation.UNDECLARED, None, None, None)


@pytest.mark.parametrize(
    ("name", "match"),
    [
        ("Youmeng Tongxin (Beijing) Technology Co., Ltd.", EntityMatch.EXACT),
        ("YOUMENG TONGXIN (BEIJING) TECHNOLOGY CO LTD", EntityMatch.EXACT),
        ("友盟同欣(北京)科技有限公司", EntityMatch.EXACT),
        ("Umeng (company number 1)", EntityMatch.EXACT),
        ("Youmeng Tongxin (Beijing) Technology Co., Ltd. (the Umeng SDK)", EntityMatch.EXACT),
        ("Beijing Ruixun Lingtong Technology Co., Ltd.", EntityMatch.RENAMED),
        (None, EntityMatch.EXACT),
    ],
)
def test_legal_persons_by_their_names(catalog: Catalog, name: str | None, match: EntityMatch) -> None:
    """Case, punctuation and brackets make no difference; a former name says so; without a name the id counts."""
    register = register_of(declared("umeng", name, ("analytics",)))
    assert compared(catalog, register, "ulogs.umeng.com")[2].entity is match


@pytest.mark.parametrize("name", ["Umeng", "友盟", "Beijing Ruixun Lingtong Technology Co., Ltd.", "U-SDK (Umeng)"])
def test_a_register_with_ids_of_its_own(catalog: Catalog, name: str) -> None:
    """A register that was read from a text numbers parties; their names lead to the catalog's services all the same."""
    register = register_of(declared("party_1", "Nobody Ltd.", ("push",)), declared("party_2", name, ("analytics",)))
    relation, party, comparison = compared(catalog, register, "ulogs.umeng.com")
    assert (relation, party, comparison.service, comparison.purpose) == (Relation.DECLARED, "party_2", True, True)


def test_a_wider_wording_is_vague(catalog: Catalog) -> None:
    """'And other services' reaches what nobody else is named for, and says so."""
    cloud = declared("alibaba_cloud", "Alibaba Cloud", ("cloud_hosting", "other"))
    relation, party, comparison = compared(catalog, register_of(cloud), "dysmsapi.aliyuncs.com")
    assert (relation, party, comparison.purpose) == (Relation.DECLARED, "alibaba_cloud", None)
    named = register_of(cloud, declared("nexmo", "Nexmo Limited", ("sms",)))
    relation, party, comparison = compared(catalog, named, "dysmsapi.aliyuncs.com")
    assert (relation, party, comparison.purpose) == (Relation.OTHER_PURPOSE, None, False)


def test_regions_abroad_may_be_another_company(catalog: Catalog, register: Register) -> None:
    """The operator of a region abroad is of the group, but which company it is, is not known."""
    home = compared(catalog, register, "b.oss-cn-beijing.aliyuncs.com")[2]
    abroad = compared(catalog, register, "oss-eu-central-1.aliyuncs.com")[2]
    assert (home.entity, abroad.entity) == (EntityMatch.EXACT, EntityMatch.SAME_GROUP)


def test_services_of_one_company_are_declared_apart(catalog: Catalog) -> None:
    """A policy that names Google Analytics does not declare Firebase, and the other way round."""
    analytics = register_of(declared("google", "Google", ("analytics",)))
    assert compared(catalog, analytics, "app-measurement.com")[0] is Relation.OTHER_PURPOSE
    firebase = register_of(declared("firebase", "Firebase", ("analytics",)))
    assert compared(catalog, firebase, "app-measurement.com")[0] is Relation.DECLARED
    assert compared(catalog, firebase, "www.google-analytics.com", Surface.SITE)[0] is Relation.OTHER_PURPOSE


def test_the_first_party_is_the_controller(catalog: Catalog, register: Register) -> None:
    """The company of the catalog is the first party only where it is the controller; another product's is somebody else."""
    assert Ladder(catalog, register).attribute(sni("www.o2nails.com")).relation is Relation.FIRST_PARTY
    assert Ladder(catalog, register_of()).attribute(sni("www.o2nails.com")).relation is Relation.UNDECLARED
    own = Ladder(catalog, register_of()).attribute(sni("api.nails.example"))
    assert (own.relation, own.entity, own.group, own.recipient) == (
        Relation.FIRST_PARTY,
        "Example Nails Ltd.",
        None,
        "first_party",
    )


def test_the_controllers_sites_are_its_own(catalog: Catalog) -> None:
    """A register that gives addresses of sites instead of domains."""
    register = register_of()
    controller = replace(register.controller, domains=(), sites=("https://www.nails.example/en", "http://www.com/"))
    own = Ladder(catalog, replace(register, controller=controller))
    assert own.attribute(sni("shop.nails.example")).relation is Relation.FIRST_PARTY
    assert own.attribute(sni("shop.nail.example")).relation is Relation.UNKNOWN


def test_a_controller_without_a_name(catalog: Catalog) -> None:
    """A register that names no controller still knows the first party's domains."""
    found = Ladder(catalog, register_of(controller=None)).attribute(sni("nails.example"))
    assert (found.relation, found.entity) == (Relation.FIRST_PARTY, "the first party")


def test_declared_purposes_are_those_of_policies() -> None:
    """What covers a purpose is a word of the register."""
    assert set(COVERED_BY.values()) <= set(PURPOSES)


def test_names_that_lead_to_a_party(catalog: Catalog) -> None:
    """A reader of another policy finds the catalog's id under every name it knows."""
    names = dict(catalog.party_names())
    assert names["Alibaba Cloud"] == "alibaba_cloud"
    assert names["蚂蚁金服"] == "ant_financial"
    assert names["Tencent Cloud Computing (Beijing) Co., Ltd."] == "tencent_cloud"
    assert names["极光推送"] == "jiguang"
    assert "" not in names


def test_the_comparer_answers_for_services(catalog: Catalog, register: Register) -> None:
    """A rule can ask for the comparison of a service of the catalog."""
    service = next(pattern.service for pattern in catalog.patterns if pattern.text == "api.nexmo.com")
    answer = Comparer(catalog, register).compare(service, Surface.APP)
    assert answer.comparison == Ladder(catalog, register).compare(service, Surface.APP)
    assert Comparer(catalog, register).compare(replace(service), Surface.APP) == answer

"""POL-AGE, POL-CONTACT-DOMAIN: the document's own date and addresses."""

from collections.abc import Iterator

from auditor.policy.clauses import Topic, topic_of
from auditor.policy.facts import Contact, site_domain
from auditor.policy.lint.defect import Defect
from auditor.policy.reading import PolicyReading

LAWS = (
    ("PIPL", "个人信息保护法", "2021-11-01"),
    ("Network Data Security Regulation", "网络数据安全管理条例", "2025-01-01"),
)
"""Acts that changed what a policy must say, with the day from which they apply."""


def outdated(reading: PolicyReading) -> Iterator[Defect]:
    """Dates before acts that now apply, the first date of each language."""
    for dated in reading.dates:
        later = [law for law in LAWS if dated.iso < law[2]]
        if later:
            names = ", ".join(f"{name} ({since})" for name, _, since in later)
            names_zh = "、".join(f"《{name}》（{since}）" for _, name, since in later)
            yield Defect(
                paragraph=dated.paragraph,
                offset=dated.offset,
                detail=f"{dated.iso}, before {names}",
                detail_zh=f"{dated.iso}，早于{names_zh}",
            )


def odd_contacts(reading: PolicyReading) -> Iterator[Defect]:
    """Mail addresses under another domain than the controller's sites, and links without encryption."""
    sites = {site_domain(contact.domain) for contact in reading.contacts if not contact.is_mail}
    seen: set[str] = set()
    for contact in reading.contacts:
        if contact.address in seen:
            continue
        seen.add(contact.address)
        if contact.is_mail and sites and site_domain(contact.domain) not in sites and _is_contact_clause(contact):
            others = ", ".join(sorted(sites))
            yield _odd(contact, f"{contact.address} is not under {others}", f"{contact.address} 不属于 {others}")
        elif contact.address.lower().startswith("http://"):
            yield _odd(contact, f"{contact.address} is not encrypted", f"{contact.address} 未加密")


def _is_contact_clause(contact: Contact) -> bool:
    return (
        topic_of(contact.paragraph) is Topic.CONTACT
        or "contact" in contact.paragraph.plain.lower()
        or "联系" in contact.paragraph.plain
    )


def _odd(contact: Contact, detail: str, detail_zh: str) -> Defect:
    return Defect(paragraph=contact.paragraph, offset=contact.offset, detail=detail, detail_zh=detail_zh)

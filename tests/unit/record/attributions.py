"""Two attributions that the tests of the recorder give out."""

from dataclasses import fields

from auditor.model.attribution import Attribution
from auditor.model.vocabulary import Confidence, Relation, Step


def attribution(**said: object) -> Attribution:
    """An attribution that says only this."""
    empty: dict[str, object] = {field.name: None for field in fields(Attribution)}
    empty |= {"purposes": (), "evidence": (), "vantage": ()}
    return Attribution(**(empty | said))  # type: ignore[arg-type]


ALIBABA = attribution(
    service="Alibaba Cloud OSS",
    entity="Alibaba Cloud Computing Co., Ltd.",
    party="alibaba_cloud",
    recipient="alibaba_cloud",
    relation=Relation.DECLARED,
    step=Step.SUFFIX,
    confidence=Confidence.HIGH,
    reason="lies below aliyuncs.com",
)
UNKNOWN = attribution(
    recipient="203.0.113.7",
    relation=Relation.UNKNOWN,
    step=Step.NONE,
    confidence=Confidence.NONE,
    reason="no name was seen",
)

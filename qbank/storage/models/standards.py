"""Standards and the versions of their assessment plans: the numbers, KSBs and criteria are data, kept for ever."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from qbank.storage.db import Base
from qbank.storage.models.columns import By, Code, Digest, Key, Person, When, is_digest, one_of

KINDS = ("knowledge", "skill", "behaviour")
LEVELS = ("fail", "pass", "distinction")


class Standard(Base):
    """One apprenticeship standard."""

    __tablename__ = "standards"
    __table_args__ = (sa.UniqueConstraint("code", name="uq_standards_code"),)

    id: Mapped[Key]
    code: Mapped[Code]
    title: Mapped[str]


class PlanVersion(Base):
    """One version of a standard's plan: the whole of it as canonical JSON, and its digest."""

    __tablename__ = "plan_versions"
    __table_args__ = (
        sa.UniqueConstraint("standard_id", "version", name="uq_plan_versions_one_text_per_version"),
        is_digest("digest"),
    )

    id: Mapped[Key]
    standard_id: Mapped[int] = mapped_column(sa.ForeignKey("standards.id"))
    version: Mapped[Code]
    title: Mapped[str]
    level: Mapped[int]
    dated: Mapped[date | None]
    body: Mapped[str]
    digest: Mapped[Digest]
    loaded_at: Mapped[When]
    loaded_by_id: Mapped[By]


class PlanMethod(Base):
    """One assessment method of a plan version; its numbers are in the plan's body."""

    __tablename__ = "plan_methods"
    __table_args__ = (sa.UniqueConstraint("plan_version_id", "code", name="uq_plan_methods_code"),)

    id: Mapped[Key]
    plan_version_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_versions.id"))
    code: Mapped[Code]
    title: Mapped[str]
    position: Mapped[int]


class Ksb(Base):
    """One knowledge, skill or behaviour; each belongs to exactly one method."""

    __tablename__ = "ksbs"
    __table_args__ = (
        sa.UniqueConstraint("plan_version_id", "code", name="uq_ksbs_code"),
        sa.ForeignKeyConstraint(
            ["plan_version_id", "method"],
            ["plan_methods.plan_version_id", "plan_methods.code"],
            name="fk_ksbs_one_method_of_the_same_plan",
        ),
        one_of("kind", KINDS, name="kind_is_known"),
    )

    id: Mapped[Key]
    plan_version_id: Mapped[int]
    code: Mapped[Code]
    kind: Mapped[Code]
    ksb_group: Mapped[str]
    method: Mapped[Code]
    statement: Mapped[str]
    position: Mapped[int]


class Criterion(Base):
    """One line of the grading descriptors."""

    __tablename__ = "criteria"
    __table_args__ = (
        sa.UniqueConstraint("plan_version_id", "code", name="uq_criteria_code"),
        sa.ForeignKeyConstraint(
            ["plan_version_id", "method"],
            ["plan_methods.plan_version_id", "plan_methods.code"],
            name="fk_criteria_one_method_of_the_same_plan",
        ),
        one_of("level", LEVELS, name="level_is_known"),
    )

    id: Mapped[Key]
    plan_version_id: Mapped[int]
    code: Mapped[Code]
    method: Mapped[Code]
    level: Mapped[Code]
    statement: Mapped[str]
    position: Mapped[int]


class KsbCriterion(Base):
    """That a criterion may evidence a KSB: our proposal until a person confirms it."""

    __tablename__ = "ksb_criteria"
    __table_args__ = (sa.UniqueConstraint("ksb_id", "criterion_id", name="uq_ksb_criteria_pair"),)

    id: Mapped[Key]
    ksb_id: Mapped[int] = mapped_column(sa.ForeignKey("ksbs.id"))
    criterion_id: Mapped[int] = mapped_column(sa.ForeignKey("criteria.id"), index=True)


class KsbCriterionConfirmation(Base):
    """That a person confirmed or rejected a link; the latest word counts."""

    __tablename__ = "ksb_criterion_confirmations"

    id: Mapped[Key]
    ksb_criterion_id: Mapped[int] = mapped_column(sa.ForeignKey("ksb_criteria.id"), index=True)
    holds: Mapped[bool]
    at: Mapped[When]
    by_id: Mapped[Person]


class KsbWording(Base):
    """The published wording of a KSB, beside our summary; the latest counts."""

    __tablename__ = "ksb_wordings"

    id: Mapped[Key]
    ksb_id: Mapped[int] = mapped_column(sa.ForeignKey("ksbs.id"), index=True)
    text: Mapped[str]
    at: Mapped[When]
    by_id: Mapped[By]


class CriterionWording(Base):
    """The published wording of a criterion, beside our summary; the latest counts."""

    __tablename__ = "criterion_wordings"

    id: Mapped[Key]
    criterion_id: Mapped[int] = mapped_column(sa.ForeignKey("criteria.id"), index=True)
    text: Mapped[str]
    at: Mapped[When]
    by_id: Mapped[By]


class Anomaly(Base):
    """Where the plan's two appendices do not meet, with our reading of it."""

    __tablename__ = "anomalies"
    __table_args__ = (sa.UniqueConstraint("plan_version_id", "code", name="uq_anomalies_code"),)

    id: Mapped[Key]
    plan_version_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_versions.id"))
    code: Mapped[Code]
    body: Mapped[str]


class AnomalyConfirmation(Base):
    """That a person confirmed our reading of an anomaly."""

    __tablename__ = "anomaly_confirmations"
    __table_args__ = (sa.UniqueConstraint("anomaly_id", "by_id", name="uq_anomaly_confirmations_once_each"),)

    id: Mapped[Key]
    anomaly_id: Mapped[int] = mapped_column(sa.ForeignKey("anomalies.id"))
    at: Mapped[When]
    by_id: Mapped[Person]

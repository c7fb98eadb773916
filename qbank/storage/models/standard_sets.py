"""Standard sets on their way into use: assembled, adjusted, submitted, decided on by a second person."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from qbank.domain.standard_sets import Decided
from qbank.storage.db import Base
from qbank.storage.models.columns import NO_HIDDEN_KEY, Code, Digest, Key, Person, When, is_digest, one_of


class StandardFamily(Base):
    """Parallel sets that were assembled together; what became of them is in their revisions.

    Attributes:
        fitted_plan_id: the draw plan whose questions they are, and whose specification each of them meets.
        most_apart: proven: no more sets than this share no question.
        gap: by how much another assembly could be better at most, as a share of its cost; 0 where it is proven.
    """

    __tablename__ = "standard_families"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["plan_version_id", "method"],
            ["plan_methods.plan_version_id", "plan_methods.code"],
            name="fk_standard_families_method_of_the_plan",
        ),
        sa.CheckConstraint("gap >= 0 AND gap <= 1", name="gap_is_a_share"),
        sa.Index("ix_standard_families_of_a_method", "plan_version_id", "method"),
    )

    id: Mapped[Key]
    plan_version_id: Mapped[int]
    method: Mapped[Code]
    fitted_plan_id: Mapped[int] = mapped_column(sa.ForeignKey("draw_plans.id"))
    most_apart: Mapped[int]
    gap: Mapped[float] = mapped_column(sa.Float())
    at: Mapped[When]


class FamilyRevision(Base):
    """The sets as somebody left them: number 1 as they were assembled, each later one with a question exchanged.

    Attributes:
        body: canonical JSON: the references of each set, in asking order.
        digest: of the document that would be approved.
    """

    __tablename__ = "family_revisions"
    __table_args__ = (
        sa.CheckConstraint("number >= 1", name="numbered_from_one"),
        is_digest("digest"),
        NO_HIDDEN_KEY,
    )

    family_id: Mapped[int] = mapped_column(sa.ForeignKey("standard_families.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str]
    digest: Mapped[Digest]
    at: Mapped[When]
    by_id: Mapped[Person]


class FamilySubmission(Base):
    """That a revision awaits approval; a later revision needs a submission of its own."""

    __tablename__ = "family_submissions"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["family_id", "number"],
            ["family_revisions.family_id", "family_revisions.number"],
            name="fk_family_submissions_of_a_revision",
        ),
        NO_HIDDEN_KEY,
    )

    family_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[When]
    by_id: Mapped[Person]


class FamilyDecision(Base):
    """What a second person decided about a submitted revision: approved as a whole, or sent back with a reason.

    Attributes:
        draw_plan_id: what bookings can follow from then on; None where the sets were sent back.
    """

    __tablename__ = "family_decisions"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["family_id", "number"],
            ["family_submissions.family_id", "family_submissions.number"],
            name="fk_family_decisions_of_a_submission",
        ),
        sa.UniqueConstraint("draw_plan_id", name="uq_family_decisions_draw_plan"),
        one_of("decision", Decided, name="decision_is_known"),
        sa.CheckConstraint(
            f"(decision = '{Decided.APPROVED}') = (draw_plan_id IS NOT NULL)", name="approved_sets_can_be_drawn"
        ),
        sa.CheckConstraint(f"decision = '{Decided.APPROVED}' OR reason <> ''", name="sent_back_with_a_reason"),
        NO_HIDDEN_KEY,
    )

    family_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    decision: Mapped[Code]
    reason: Mapped[str] = mapped_column(default="")
    draw_plan_id: Mapped[int | None] = mapped_column(sa.ForeignKey("draw_plans.id"))
    at: Mapped[When]
    by_id: Mapped[Person]

"""Sign-ins that the server can end, and recent tries to sign in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.String(length=64), nullable=True),
        sa.CheckConstraint("length(key_digest) = 64", name=op.f("ck_sign_ins_key_digest_is_whole")),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_because IS NULL)", name=op.f("ck_sign_ins_an_end_has_its_reason")
        ),
        sa.CheckConstraint("seen_at >= began_at", name=op.f("ck_sign_ins_seen_after_it_began")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sign_ins_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("key_digest", name="uq_sign_ins_key_digest"),
    )
    op.create_index(op.f("ix_sign_ins_person_id"), "sign_ins", ["person_id"])
    op.create_table(
        "sign_in_tries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(account_digest) = 64", name=op.f("ck_sign_in_tries_account_digest_is_whole")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_tries")),
    )
    op.create_index(op.f("ix_sign_in_tries_account_digest"), "sign_in_tries", ["account_digest"])
    op.create_index(op.f("ix_sign_in_tries_at"), "sign_in_tries", ["at"])


def downgrade() -> None:
    """Drop the tables: everybody signs in again."""
    op.drop_table("sign_in_tries")
    op.drop_table("sign_ins")

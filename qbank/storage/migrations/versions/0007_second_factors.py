"""Second factors with their recovery codes; sign-ins that wait for a code, and when each last had its password."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; every sign-in there is had its password when it began, and was whole."""
    with op.batch_alter_table("sign_ins") as table:
        table.add_column(sa.Column("password_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("half_open", sa.Boolean(), nullable=True))
    op.execute("UPDATE sign_ins SET password_at = began_at, half_open = false")
    with op.batch_alter_table("sign_ins") as table:
        table.alter_column("password_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        table.alter_column("half_open", existing_type=sa.Boolean(), nullable=False)
    op.create_index(op.f("ix_sign_ins_seen_at"), "sign_ins", ["seen_at"])
    op.create_table(
        "second_factors",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_second_factors_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_recovery_codes_digest_is_whole")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_recovery_codes_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("person_id", "digest", name="uq_recovery_codes_digest_of_a_person"),
    )


def downgrade() -> None:
    """Drop the tables: whoever had a second factor signs in by password alone. Sign-ins that wait for a code end."""
    op.drop_table("recovery_codes")
    op.drop_table("second_factors")
    op.execute(
        "UPDATE sign_ins SET ended_at = seen_at, ended_because = 'signed out' WHERE half_open AND ended_at IS NULL"
    )
    op.drop_index(op.f("ix_sign_ins_seen_at"), "sign_ins")
    with op.batch_alter_table("sign_ins") as table:
        table.drop_column("half_open")
        table.drop_column("password_at")

"""People, employers, providers, apprentices, standards and the versions of their plans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_people_email_in_lower_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name="uq_people_one_account_per_email"),
        sa.UniqueConstraint("fs_uniquifier", name="uq_people_sign_in_key"),
    )
    op.create_table(
        "person_roles",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "role IN ('author', 'approver', 'panel member', 'assessor', 'internal quality assurer', "
            "'bank manager', 'external quality assurance viewer')",
            name=op.f("ck_person_roles_role_is_known"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_person_roles_person_id")),
        sa.PrimaryKeyConstraint("person_id", "role", name=op.f("pk_person_roles")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "employers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employers")),
        sa.UniqueConstraint("name", name="uq_employers_name"),
    )
    op.create_table(
        "providers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_providers")),
        sa.UniqueConstraint("name", name="uq_providers_name"),
    )
    op.create_table(
        "standards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standards")),
        sa.UniqueConstraint("code", name="uq_standards_code"),
    )
    op.create_table(
        "plan_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("standard_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("loaded_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_plan_versions_digest_is_whole")),
        sa.ForeignKeyConstraint(["loaded_by_id"], ["people.id"], name=op.f("fk_plan_versions_loaded_by_id")),
        sa.ForeignKeyConstraint(["standard_id"], ["standards.id"], name=op.f("fk_plan_versions_standard_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_versions")),
        sa.UniqueConstraint("standard_id", "version", name="uq_plan_versions_one_text_per_version"),
    )
    op.create_table(
        "plan_methods",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_version_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_version_id"], ["plan_versions.id"], name=op.f("fk_plan_methods_plan_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_methods")),
        sa.UniqueConstraint("plan_version_id", "code", name="uq_plan_methods_code"),
    )
    op.create_table(
        "ksbs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_version_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("ksb_group", sa.Text(), nullable=False),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('knowledge', 'skill', 'behaviour')", name=op.f("ck_ksbs_kind_is_known")),
        sa.ForeignKeyConstraint(
            ["plan_version_id", "method"],
            ["plan_methods.plan_version_id", "plan_methods.code"],
            name="fk_ksbs_one_method_of_the_same_plan",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ksbs")),
        sa.UniqueConstraint("plan_version_id", "code", name="uq_ksbs_code"),
    )
    op.create_table(
        "criteria",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_version_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("level", sa.String(length=64), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("level IN ('fail', 'pass', 'distinction')", name=op.f("ck_criteria_level_is_known")),
        sa.ForeignKeyConstraint(
            ["plan_version_id", "method"],
            ["plan_methods.plan_version_id", "plan_methods.code"],
            name="fk_criteria_one_method_of_the_same_plan",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criteria")),
        sa.UniqueConstraint("plan_version_id", "code", name="uq_criteria_code"),
    )
    op.create_table(
        "ksb_criteria",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ksb_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["criterion_id"], ["criteria.id"], name=op.f("fk_ksb_criteria_criterion_id")),
        sa.ForeignKeyConstraint(["ksb_id"], ["ksbs.id"], name=op.f("fk_ksb_criteria_ksb_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ksb_criteria")),
        sa.UniqueConstraint("ksb_id", "criterion_id", name="uq_ksb_criteria_pair"),
    )
    op.create_index(op.f("ix_ksb_criteria_criterion_id"), "ksb_criteria", ["criterion_id"], unique=False)
    op.create_table(
        "ksb_criterion_confirmations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ksb_criterion_id", sa.Integer(), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_ksb_criterion_confirmations_by_id")),
        sa.ForeignKeyConstraint(
            ["ksb_criterion_id"], ["ksb_criteria.id"], name=op.f("fk_ksb_criterion_confirmations_ksb_criterion_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ksb_criterion_confirmations")),
    )
    op.create_index(
        op.f("ix_ksb_criterion_confirmations_ksb_criterion_id"),
        "ksb_criterion_confirmations",
        ["ksb_criterion_id"],
        unique=False,
    )
    op.create_table(
        "ksb_wordings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ksb_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_ksb_wordings_by_id")),
        sa.ForeignKeyConstraint(["ksb_id"], ["ksbs.id"], name=op.f("fk_ksb_wordings_ksb_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ksb_wordings")),
    )
    op.create_index(op.f("ix_ksb_wordings_ksb_id"), "ksb_wordings", ["ksb_id"], unique=False)
    op.create_table(
        "criterion_wordings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_criterion_wordings_by_id")),
        sa.ForeignKeyConstraint(["criterion_id"], ["criteria.id"], name=op.f("fk_criterion_wordings_criterion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion_wordings")),
    )
    op.create_index(op.f("ix_criterion_wordings_criterion_id"), "criterion_wordings", ["criterion_id"], unique=False)
    op.create_table(
        "anomalies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_version_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["plan_version_id"], ["plan_versions.id"], name=op.f("fk_anomalies_plan_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anomalies")),
        sa.UniqueConstraint("plan_version_id", "code", name="uq_anomalies_code"),
    )
    op.create_table(
        "anomaly_confirmations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("anomaly_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["anomaly_id"], ["anomalies.id"], name=op.f("fk_anomaly_confirmations_anomaly_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_anomaly_confirmations_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anomaly_confirmations")),
        sa.UniqueConstraint("anomaly_id", "by_id", name="uq_anomaly_confirmations_once_each"),
    )
    op.create_table(
        "apprentices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("plan_version_id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("details_commitment", sa.String(length=64), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(details_commitment) = 64", name=op.f("ck_apprentices_details_commitment_is_whole")),
        sa.ForeignKeyConstraint(["employer_id"], ["employers.id"], name=op.f("fk_apprentices_employer_id")),
        sa.ForeignKeyConstraint(["plan_version_id"], ["plan_versions.id"], name=op.f("fk_apprentices_plan_version_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_apprentices_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_apprentices")),
        sa.UniqueConstraint("reference", name="uq_apprentices_reference"),
    )
    op.create_index(op.f("ix_apprentices_employer_id"), "apprentices", ["employer_id"], unique=False)
    op.create_index(op.f("ix_apprentices_plan_version_id"), "apprentices", ["plan_version_id"], unique=False)
    op.create_index(op.f("ix_apprentices_provider_id"), "apprentices", ["provider_id"], unique=False)
    op.create_table(
        "apprentice_details",
        sa.Column("apprentice_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["apprentice_id"], ["apprentices.id"], name=op.f("fk_apprentice_details_apprentice_id")
        ),
        sa.PrimaryKeyConstraint("apprentice_id", name=op.f("pk_apprentice_details")),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("apprentice_details")
    op.drop_table("apprentices")
    op.drop_table("anomaly_confirmations")
    op.drop_table("anomalies")
    op.drop_table("criterion_wordings")
    op.drop_table("ksb_wordings")
    op.drop_table("ksb_criterion_confirmations")
    op.drop_table("ksb_criteria")
    op.drop_table("criteria")
    op.drop_table("ksbs")
    op.drop_table("plan_methods")
    op.drop_table("plan_versions")
    op.drop_table("standards")
    op.drop_table("providers")
    op.drop_table("employers")
    op.drop_table("person_roles")
    op.drop_table("people")

"""All tables of the first features: people, firms, investors, cases, letters, matches, balance, reports, acts."""

import sqlalchemy as sa
from alembic import op
from pgvector.sqlalchemy import HALFVEC
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "acts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acts")),
    )
    op.create_index("ix_acts_at", "acts", [sa.literal_column("at desc"), "id"], unique=False)
    op.create_index("ix_acts_subject", "acts", ["subject_kind", "subject_id", "at"], unique=False)
    op.create_table(
        "balance_gates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "gate", sa.Enum("collect_staff", "collect_firms", name="gate", native_enum=False, length=40), nullable=False
        ),
        sa.Column(
            "kind", sa.Enum("legal", "demonstration", name="basiskind", native_enum=False, length=40), nullable=False
        ),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("approver_ids", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("gate in ('collect_staff', 'collect_firms')", name=op.f("ck_balance_gates_gate")),
        sa.CheckConstraint("kind in ('legal', 'demonstration')", name=op.f("ck_balance_gates_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_balance_gates")),
    )
    op.create_table(
        "balance_snapshots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bookings", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_balance_snapshots")),
    )
    op.create_index(
        "ix_balance_snapshots_taken_at", "balance_snapshots", [sa.literal_column("taken_at desc")], unique=False
    )
    op.create_table(
        "business_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_imports")),
    )
    op.create_table(
        "investors",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("size", sa.Text(), nullable=True),
        sa.Column("website", sa.Text(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_investors")),
    )
    op.create_index("ix_investors_name_key", "investors", ["name_key"], unique=False)
    op.create_index(
        "ix_investors_search",
        "investors",
        ["search"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.create_table(
        "letters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("to_address", sa.Text(), nullable=False),
        sa.Column("to_name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("link_address", sa.Text(), nullable=True),
        sa.Column("link_purpose", sa.Text(), nullable=True),
        sa.Column("link_subject", sa.Uuid(), nullable=True),
        sa.Column("link_nonce", sa.Text(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("queued", "sent", "failed", name="letterstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.CheckConstraint("state in ('queued', 'sent', 'failed')", name=op.f("ck_letters_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
    )
    op.create_index("ix_letters_case_id", "letters", ["case_id"], unique=False)
    op.create_index(
        "ix_letters_written_at",
        "letters",
        [sa.literal_column("written_at desc"), sa.literal_column("id desc")],
        unique=False,
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "officer",
                "lead_officer",
                "manager",
                "data_steward",
                "adviser",
                "donor",
                "administrator",
                name="role",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("wing", sa.Enum("sq", "sr", name="wing", native_enum=False, length=40), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("languages", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("sections", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("fte", sa.Numeric(precision=3, scale=2), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("donor", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(role = 'donor') = (donor is not null)", name=op.f("ck_people_donor")),
        sa.CheckConstraint(
            "role in ('officer', 'lead_officer', 'manager', 'data_steward', 'adviser', 'donor', 'administrator')",
            name=op.f("ck_people_role"),
        ),
        sa.CheckConstraint("wing in ('sq', 'sr')", name=op.f("ck_people_wing")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_people_email_lower")),
        sa.CheckConstraint("fte between 0 and 1", name=op.f("ck_people_fte")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
    )
    op.create_table(
        "reference_counters",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_reference_counters")),
    )
    op.create_table(
        "absences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_absences_order")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_absences_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index(op.f("ix_absences_person_id"), "absences", ["person_id"], unique=False)
    op.create_table(
        "businesses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column(
            "registration",
            sa.Enum("XK", "RS", "both", "in_progress", "none", name="registration", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("legal_form_xk", sa.Text(), nullable=True),
        sa.Column("legal_form_rs", sa.Text(), nullable=True),
        sa.Column("nui", sa.Text(), nullable=True),
        sa.Column("pib", sa.Text(), nullable=True),
        sa.Column("maticni_broj", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("postal_code", sa.Text(), nullable=False),
        sa.Column("founded", sa.Integer(), nullable=True),
        sa.Column("employees", sa.Text(), nullable=True),
        sa.Column("turnover", sa.Text(), nullable=True),
        sa.Column("women_led", sa.Boolean(), nullable=True),
        sa.Column("languages", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("certifications", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("export_markets", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("offers", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("seeks", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("website", sa.Text(), nullable=False),
        sa.Column("contact_hours", sa.Text(), nullable=False),
        sa.Column("contact_channel", sa.Text(), nullable=False),
        sa.Column("consent_suggest", sa.Boolean(), nullable=False),
        sa.Column("consent_public", sa.Boolean(), nullable=False),
        sa.Column("consent_donors", sa.Boolean(), nullable=False),
        sa.Column("discretion", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column(
            "verification",
            sa.Enum("declared", "documents", "visited", "register", name="verification", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("sort_sq", sa.Text(), nullable=False),
        sa.Column("sort_sr", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "registration in ('XK', 'RS', 'both', 'in_progress', 'none')", name=op.f("ck_businesses_registration")
        ),
        sa.CheckConstraint(
            "verification in ('declared', 'documents', 'visited', 'register')", name=op.f("ck_businesses_verification")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["business_imports.id"], name=op.f("fk_businesses_import_id_business_imports")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_businesses")),
    )
    op.create_index(op.f("ix_businesses_import_id"), "businesses", ["import_id"], unique=False)
    op.create_index("ix_businesses_municipality", "businesses", ["municipality", "id"], unique=False)
    op.create_index("ix_businesses_name_key", "businesses", ["name_key"], unique=False)
    op.create_index("ix_businesses_nui", "businesses", ["nui"], unique=False)
    op.create_index("ix_businesses_pib", "businesses", ["pib"], unique=False)
    op.create_index(
        "ix_businesses_search",
        "businesses",
        ["search"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.create_index("ix_businesses_sort_sq", "businesses", ["sort_sq", "id"], unique=False)
    op.create_index("ix_businesses_sort_sr", "businesses", ["sort_sr", "id"], unique=False)
    op.create_table(
        "contacts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("investor_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("job_title", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["investor_id"], ["investors.id"], name=op.f("fk_contacts_investor_id_investors")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    op.create_index("ix_contacts_email", "contacts", [sa.literal_column("lower(email)")], unique=False)
    op.create_index(op.f("ix_contacts_investor_id"), "contacts", ["investor_id"], unique=False)
    op.create_table(
        "ties",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("investor_id", sa.Uuid(), nullable=True),
        sa.Column("business_id", sa.Uuid(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("num_nonnulls(investor_id, business_id, nullif(body, '')) = 1", name=op.f("ck_ties_one")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_ties_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ties")),
    )
    op.create_index(op.f("ix_ties_person_id"), "ties", ["person_id"], unique=False)
    op.create_table(
        "business_activities",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["businesses.id"],
            name=op.f("fk_business_activities_business_id_businesses"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("position", "business_id", name=op.f("pk_business_activities")),
    )
    op.create_index("ix_business_activities_code", "business_activities", ["code"], unique=False)
    op.create_table(
        "business_texts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "summary",
                "description",
                "products",
                "capacity",
                "equipment",
                "offers",
                "seeks",
                name="textkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("original", sa.Boolean(), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind in ('summary', 'description', 'products', 'capacity', 'equipment', 'offers', 'seeks')",
            name=op.f("ck_business_texts_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["businesses.id"],
            name=op.f("fk_business_texts_business_id_businesses"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_texts")),
        sa.UniqueConstraint(
            "business_id", "kind", "language", name=op.f("uq_business_texts_business_id_kind_language")
        ),
    )
    op.create_table(
        "inquiries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("form", "phone", "email", "fair", "import", name="channel", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("investor_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("preferred_language", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("project_type", sa.Text(), nullable=False),
        sa.Column("sectors", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("municipalities", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("band", sa.Text(), nullable=True),
        sa.Column("jobs", sa.Integer(), nullable=True),
        sa.Column("timeline", sa.Text(), nullable=True),
        sa.Column("readiness", sa.Text(), nullable=True),
        sa.Column("needs", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("power_kva", sa.Integer(), nullable=True),
        sa.Column("call_back", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("how_heard", sa.Text(), nullable=False),
        sa.Column("consents", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("as_sent", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "channel in ('form', 'phone', 'email', 'fair', 'import')", name=op.f("ck_inquiries_channel")
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_inquiries_contact_id_contacts")),
        sa.ForeignKeyConstraint(["investor_id"], ["investors.id"], name=op.f("fk_inquiries_investor_id_investors")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiries")),
        sa.UniqueConstraint("key", name=op.f("uq_inquiries_key")),
    )
    op.create_index(op.f("ix_inquiries_contact_id"), "inquiries", ["contact_id"], unique=False)
    op.create_index(op.f("ix_inquiries_investor_id"), "inquiries", ["investor_id"], unique=False)
    op.create_table(
        "match_lines",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("encoder", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("vector", HALFVEC(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("fk_match_lines_business_id_businesses"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("position", "business_id", name=op.f("pk_match_lines")),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("inquiry_id", sa.Uuid(), nullable=False),
        sa.Column("investor_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("weight", sa.Numeric(precision=3, scale=1), nullable=False),
        sa.Column("answer_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=True),
        sa.Column(
            "stage",
            sa.Enum(
                "received",
                "qualified",
                "matching",
                "introduced",
                "negotiating",
                "verifying",
                "landed",
                "aftercare",
                name="stage",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum("ongoing", "waiting", "dormant", "closed", name="status", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("stage_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting_for", sa.Text(), nullable=False),
        sa.Column("close_reason", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_word_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("link_nonce", sa.Text(), nullable=False),
        sa.Column("link_hash", sa.LargeBinary(), nullable=True),
        sa.Column("link_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "stage in ('received', 'qualified', 'matching', 'introduced', 'negotiating', 'verifying', 'landed', 'aftercare')",
            name=op.f("ck_cases_stage"),
        ),
        sa.CheckConstraint("status in ('ongoing', 'waiting', 'dormant', 'closed')", name=op.f("ck_cases_status")),
        sa.CheckConstraint("weight between 0.5 and 6 and weight * 2 = floor(weight * 2)", name=op.f("ck_cases_weight")),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiries.id"], name=op.f("fk_cases_inquiry_id_inquiries")),
        sa.ForeignKeyConstraint(["investor_id"], ["investors.id"], name=op.f("fk_cases_investor_id_investors")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("inquiry_id", name=op.f("uq_cases_inquiry_id")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_cases_link_hash")),
        sa.UniqueConstraint("reference", name=op.f("uq_cases_reference")),
    )
    op.create_index(op.f("ix_cases_investor_id"), "cases", ["investor_id"], unique=False)
    op.create_index(
        "ix_cases_received_at",
        "cases",
        [sa.literal_column("received_at desc"), sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(
        "ix_cases_search",
        "cases",
        ["search"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.create_index(
        "ix_cases_stage",
        "cases",
        ["stage", "status", sa.literal_column("received_at desc"), sa.literal_column("id desc")],
        unique=False,
    )
    op.create_table(
        "balance_bookings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("weight", sa.Numeric(precision=3, scale=1), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("co_lead_id", sa.Uuid(), nullable=False),
        sa.Column("choice_set", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("first_lead_id", sa.Uuid(), nullable=True),
        sa.Column("first_co_lead_id", sa.Uuid(), nullable=True),
        sa.Column(
            "override",
            sa.Enum(
                "continuity",
                "knows_firm",
                "training",
                "named_person",
                "overload",
                "language",
                "other",
                name="override",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("override_text", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "override in ('continuity', 'knows_firm', 'training', 'named_person', 'overload', 'language', 'other')",
            name=op.f("ck_balance_bookings_override"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_balance_bookings_case_id_cases")),
        sa.ForeignKeyConstraint(["co_lead_id"], ["people.id"], name=op.f("fk_balance_bookings_co_lead_id_people")),
        sa.ForeignKeyConstraint(["lead_id"], ["people.id"], name=op.f("fk_balance_bookings_lead_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_balance_bookings")),
    )
    op.create_index("ix_balance_bookings_booked_at", "balance_bookings", ["booked_at", "id"], unique=False)
    op.create_index("ix_balance_bookings_case_id", "balance_bookings", ["case_id"], unique=False)
    op.create_table(
        "entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "inquiry.created",
                "inquiry.qualified",
                "inquiry.spam",
                "inquiry.merged",
                "duplicate.noticed",
                "reply.first",
                "note",
                "call",
                "message.out",
                "message.in",
                "stage.moved",
                "stage.corrected",
                "status.changed",
                "screening.recorded",
                "team.assigned",
                "task.added",
                "task.done",
                "match.accepted",
                "match.rejected",
                "match.deferred",
                "introduction.held",
                "investment.landed",
                "jobs.confirmed",
                "outcome.verified",
                "confirmation",
                "voided",
                name="entrykind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.Column("wing", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("investor_id", sa.Uuid(), nullable=True),
        sa.Column("business_id", sa.Uuid(), nullable=True),
        sa.Column("municipality", sa.Text(), nullable=True),
        sa.Column("section", sa.Text(), nullable=True),
        sa.Column("voids_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "kind in ('inquiry.created', 'inquiry.qualified', 'inquiry.spam', 'inquiry.merged', 'duplicate.noticed', 'reply.first', 'note', 'call', 'message.out', 'message.in', 'stage.moved', 'stage.corrected', 'status.changed', 'screening.recorded', 'team.assigned', 'task.added', 'task.done', 'match.accepted', 'match.rejected', 'match.deferred', 'introduction.held', 'investment.landed', 'jobs.confirmed', 'outcome.verified', 'confirmation', 'voided')",
            name=op.f("ck_entries_kind"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name=op.f("fk_entries_business_id_businesses")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_entries_case_id_cases")),
        sa.ForeignKeyConstraint(["investor_id"], ["investors.id"], name=op.f("fk_entries_investor_id_investors")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["people.id"], name=op.f("fk_entries_recorded_by_id_people")),
        sa.ForeignKeyConstraint(["voids_id"], ["entries.id"], name=op.f("fk_entries_voids_id_entries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
        sa.UniqueConstraint("voids_id", name=op.f("uq_entries_voids_id")),
    )
    op.create_index("ix_entries_case_id", "entries", ["case_id", "occurred_at", "id"], unique=False)
    op.create_index("ix_entries_kind", "entries", ["kind", "occurred_at", "id"], unique=False)
    op.create_table(
        "suggestion_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("made_with", sa.Text(), nullable=False),
        sa.Column("nothing_fits", sa.Boolean(), nullable=False),
        sa.Column("classes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("firms", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_suggestion_runs_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion_runs")),
    )
    op.create_index(
        "ix_suggestion_runs_case_id",
        "suggestion_runs",
        ["case_id", sa.literal_column("made_at desc"), "id"],
        unique=False,
    )
    op.create_table(
        "tasks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_tasks_case_id_cases")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_tasks_owner_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_index("ix_tasks_case_id", "tasks", ["case_id", "due_on", "id"], unique=False)
    op.create_index(
        "ix_tasks_owner_id",
        "tasks",
        ["owner_id", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text("done_at is null"),
    )
    op.create_table(
        "team_members",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "part", sa.Enum("lead", "co_lead", "member", name="teampart", native_enum=False, length=40), nullable=False
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("part in ('lead', 'co_lead', 'member')", name=op.f("ck_team_members_part")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_team_members_case_id_cases")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_team_members_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_members")),
    )
    op.create_index("ix_team_members_case_id", "team_members", ["case_id"], unique=False)
    op.create_index(
        "ix_team_members_person_id",
        "team_members",
        ["person_id"],
        unique=False,
        postgresql_where=sa.text("ends_at is null"),
    )
    op.create_index(
        "uq_team_members_one_lead",
        "team_members",
        ["case_id", "part"],
        unique=True,
        postgresql_where=sa.text("ends_at is null and part <> 'member'"),
    )
    op.create_table(
        "match_decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column(
            "choice",
            sa.Enum("accepted", "rejected", "deferred", name="choice", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.CheckConstraint("choice in ('accepted', 'rejected', 'deferred')", name=op.f("ck_match_decisions_choice")),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["businesses.id"],
            name=op.f("fk_match_decisions_business_id_businesses")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_match_decisions_case_id_cases")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name=op.f("fk_match_decisions_decided_by_id_people")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["suggestion_runs.id"], name=op.f("fk_match_decisions_run_id_suggestion_runs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_decisions")),
    )
    op.create_index(
        "ix_match_decisions_case_id", "match_decisions", ["case_id", "business_id", "decided_at"], unique=False
    )
    op.create_table(
        "report_confirmations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_report_confirmations_entry_id_entries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_confirmations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_report_confirmations_token_hash")),
    )
    op.create_index(op.f("ix_report_confirmations_entry_id"), "report_confirmations", ["entry_id"], unique=False)
    op.create_table(
        "report_verifications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("wing", sa.Text(), nullable=False),
        sa.Column("entered_by_id", sa.Uuid(), nullable=False),
        sa.Column("entered_wing", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("by_id <> entered_by_id", name=op.f("ck_report_verifications_other_person")),
        sa.CheckConstraint("level < 3 or wing <> entered_wing", name=op.f("ck_report_verifications_other_desk")),
        sa.CheckConstraint("level between 2 and 4", name=op.f("ck_report_verifications_level")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_report_verifications_by_id_people")),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_report_verifications_entry_id_entries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_verifications")),
    )
    op.create_index(op.f("ix_report_verifications_entry_id"), "report_verifications", ["entry_id"], unique=False)
    op.create_table(
        "suggestions",
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("likelihood", sa.Text(), nullable=False),
        sa.Column("reason", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("fk_suggestions_business_id_businesses"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["suggestion_runs.id"], name=op.f("fk_suggestions_run_id_suggestion_runs")),
        sa.PrimaryKeyConstraint("rank", "run_id", name=op.f("pk_suggestions")),
    )
    op.create_index(op.f("ix_suggestions_business_id"), "suggestions", ["business_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_suggestions_business_id"), table_name="suggestions")
    op.drop_table("suggestions")
    op.drop_index(op.f("ix_report_verifications_entry_id"), table_name="report_verifications")
    op.drop_table("report_verifications")
    op.drop_index(op.f("ix_report_confirmations_entry_id"), table_name="report_confirmations")
    op.drop_table("report_confirmations")
    op.drop_index("ix_match_decisions_case_id", table_name="match_decisions")
    op.drop_table("match_decisions")
    op.drop_index(
        "uq_team_members_one_lead",
        table_name="team_members",
        postgresql_where=sa.text("ends_at is null and part <> 'member'"),
    )
    op.drop_index("ix_team_members_person_id", table_name="team_members", postgresql_where=sa.text("ends_at is null"))
    op.drop_index("ix_team_members_case_id", table_name="team_members")
    op.drop_table("team_members")
    op.drop_index("ix_tasks_owner_id", table_name="tasks", postgresql_where=sa.text("done_at is null"))
    op.drop_index("ix_tasks_case_id", table_name="tasks")
    op.drop_table("tasks")
    op.drop_index("ix_suggestion_runs_case_id", table_name="suggestion_runs")
    op.drop_table("suggestion_runs")
    op.drop_index("ix_entries_kind", table_name="entries")
    op.drop_index("ix_entries_case_id", table_name="entries")
    op.drop_table("entries")
    op.drop_index("ix_balance_bookings_case_id", table_name="balance_bookings")
    op.drop_index("ix_balance_bookings_booked_at", table_name="balance_bookings")
    op.drop_table("balance_bookings")
    op.drop_index("ix_cases_stage", table_name="cases")
    op.drop_index(
        "ix_cases_search", table_name="cases", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}
    )
    op.drop_index("ix_cases_received_at", table_name="cases")
    op.drop_index(op.f("ix_cases_investor_id"), table_name="cases")
    op.drop_table("cases")
    op.drop_table("match_lines")
    op.drop_index(op.f("ix_inquiries_investor_id"), table_name="inquiries")
    op.drop_index(op.f("ix_inquiries_contact_id"), table_name="inquiries")
    op.drop_table("inquiries")
    op.drop_table("business_texts")
    op.drop_index("ix_business_activities_code", table_name="business_activities")
    op.drop_table("business_activities")
    op.drop_index(op.f("ix_ties_person_id"), table_name="ties")
    op.drop_table("ties")
    op.drop_index(op.f("ix_contacts_investor_id"), table_name="contacts")
    op.drop_index("ix_contacts_email", table_name="contacts")
    op.drop_table("contacts")
    op.drop_index("ix_businesses_sort_sr", table_name="businesses")
    op.drop_index("ix_businesses_sort_sq", table_name="businesses")
    op.drop_index(
        "ix_businesses_search",
        table_name="businesses",
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.drop_index("ix_businesses_pib", table_name="businesses")
    op.drop_index("ix_businesses_nui", table_name="businesses")
    op.drop_index("ix_businesses_name_key", table_name="businesses")
    op.drop_index("ix_businesses_municipality", table_name="businesses")
    op.drop_index(op.f("ix_businesses_import_id"), table_name="businesses")
    op.drop_table("businesses")
    op.drop_index(op.f("ix_absences_person_id"), table_name="absences")
    op.drop_table("absences")
    op.drop_table("reference_counters")
    op.drop_table("people")
    op.drop_index("ix_letters_written_at", table_name="letters")
    op.drop_index("ix_letters_case_id", table_name="letters")
    op.drop_table("letters")
    op.drop_index(
        "ix_investors_search", table_name="investors", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}
    )
    op.drop_index("ix_investors_name_key", table_name="investors")
    op.drop_table("investors")
    op.drop_table("business_imports")
    op.drop_index("ix_balance_snapshots_taken_at", table_name="balance_snapshots")
    op.drop_table("balance_snapshots")
    op.drop_table("balance_gates")
    op.drop_index("ix_acts_subject", table_name="acts")
    op.drop_index("ix_acts_at", table_name="acts")
    op.drop_table("acts")

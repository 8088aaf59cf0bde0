"""What was decided."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from iso_portal.core.db import db
from iso_portal.matches.models import Decision


def decisions(case_id: uuid.UUID) -> dict[uuid.UUID, Decision]:
    """Return the newest decision about each firm of a case."""
    rows = db.session.scalars(
        sa.select(Decision)
        .where(Decision.case_id == case_id)
        .ext(distinct_on(Decision.business_id))
        .order_by(Decision.business_id, Decision.decided_at.desc(), Decision.id.desc())
    ).all()
    return {row.business_id: row for row in rows}

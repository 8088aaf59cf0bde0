"""What intake forgets when a person asks for erasure: drafts with their addresses and files."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from iso_portal.cases import queries as cases
from iso_portal.cases.models import CaseFile
from iso_portal.core.db import db
from iso_portal.files import service as files
from iso_portal.files.models import StoredFile
from iso_portal.intake.models import DraftFile, InquiryDraft


def forget_case(case_id: uuid.UUID) -> list[tuple[str, uuid.UUID]]:
    """Remove the draft of a case, and drafts of the same address that were never sent. Drafts are not logged."""
    address = cases.get(case_id).inquiry.contact.email.lower()
    mine = InquiryDraft.case_id == case_id
    unsent = sa.and_(InquiryDraft.case_id.is_(None), sa.func.lower(InquiryDraft.email) == address)
    drafts = db.session.scalars(sa.select(InquiryDraft.id).where(sa.or_(mine, unsent))).all()
    held = sa.select(DraftFile.file_id).where(DraftFile.draft_id.in_(drafts))
    for file in db.session.scalars(
        sa.select(StoredFile).where(StoredFile.id.in_(held), StoredFile.id.not_in(sa.select(CaseFile.file_id)))
    ):
        files.forget(file)
    db.session.flush()
    db.session.execute(sa.delete(InquiryDraft).where(InquiryDraft.id.in_(drafts)))
    return []

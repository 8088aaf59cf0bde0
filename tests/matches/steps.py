"""Steps that tests of suggestions share."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from flask import Flask

from iso_portal.core.db import db
from iso_portal.core.jobs import defer
from tests import factories
from tests.conftest import work_off


@dataclass(frozen=True)
class Prepared:
    """A case with a list, and the keys of firms by name."""

    case_id: uuid.UUID
    firms: dict[str, uuid.UUID]

    @property
    def address(self) -> str:
        """Of the list."""
        return f"/matches/cases/{self.case_id}"

    def of(self, name: str) -> str:
        """Return the address of a firm's page for this case."""
        return f"{self.address}/firms/{self.firms[name]}"


def prepared(app: Flask, *, more: int = 0, **asked: Any) -> Prepared:
    """A case about welded steel, three firms that agree to be suggested, one that does not, and `more` others."""
    with app.app_context():
        firms = {
            "steel": factories.business(
                "Ibri Metal",
                text="Prodhojmë konstruksione çeliku. Shkallë dhe platforma.",
                offers=["contract_manufacturing"],
                email="ibri@example.org",
                contact_name="Arta",
                phone="+383 28 000 100",
            ),
            "wood": factories.business(
                "Дрво", language="sr_cyrl", nace=("16.23",), text="Производимо дрвена врата и прозоре."
            ),
            "milk": factories.business("Qumështi", nace=("10.51",), text="Prodhojmë qumësht dhe djathë."),
            "shy": factories.business("Shy Steel", text="Konstruksione çeliku të salduara.", consent_suggest=False),
        }
        for number in range(more):
            factories.business(f"Firma {number:03d}", text=f"Punime çeliku, saldim dhe prerje {number}.")
        case_id = factories.case(inquiry=factories.inquiry(**asked)).id
        keys = {name: firm.id for name, firm in firms.items()}
        db.session.commit()
    make_list(app, case_id)
    return Prepared(case_id, keys)


def make_list(app: Flask, case_id: uuid.UUID) -> None:
    """Have the worker make a list for a case."""
    with app.app_context():
        defer(db.session, "matches.refresh", {"case_id": str(case_id)})
        db.session.commit()
    work_off(app, only="matches.refresh")

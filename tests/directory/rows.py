"""Rows of the directory for tests: firms that agreed to be listed, with sites and photos."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from iso_portal.businesses import service
from iso_portal.businesses.domain import SiteKind, Tenure
from iso_portal.businesses.models import Business, Picture, Site
from iso_portal.core.db import db
from tests import factories


def listed(name: str = "", **changes: Any) -> Business:
    """A firm that agreed to be listed, with what strangers find it by."""
    firm: Business = factories.business(name, **{"consent_public": True} | changes)
    service.refold(firm)
    db.session.flush()
    return firm


def site(of: Business, **changes: Any) -> Site:
    """A hall for rent."""
    values: dict[str, Any] = {
        "kind": SiteKind.HALL,
        "tenure": Tenure.RENT,
        "municipality": of.municipality,
        "name": "Halla e re",
        "text": "Hallë me rampë.",
        "area_m2": 1200,
        "power_kva": 160,
        "water": True,
    }
    return service.keep_site(of, values | changes, by=None)


def picture(of: Business, *, at: Site | None = None, says: str = "Halla nga jashtë") -> Picture:
    """A small photo of one colour."""
    drawn = io.BytesIO()
    Image.new("RGB", (60, 40), "#0f5c5c").save(drawn, "PNG")
    row = service.add_picture(of, drawn.getvalue(), "halla.png", says=says, by=None, site=at)
    db.session.flush()
    return row

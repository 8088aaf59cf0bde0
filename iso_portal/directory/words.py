"""Words of the directory: kinds and terms of sites, states of zones, how far a profile was checked."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from iso_portal.businesses.domain import SiteKind, Tenure

SITE_KINDS = {
    SiteKind.LAND: _l("Land"),
    SiteKind.HALL: _l("Hall"),
    SiteKind.OFFICE: _l("Offices"),
    SiteKind.STORAGE: _l("Storage"),
}
TENURES = {
    Tenure.RENT: _l("For rent"),
    Tenure.SALE: _l("For sale"),
    Tenure.EITHER: _l("For rent or for sale"),
    Tenure.PARTNERSHIP: _l("For a partnership"),
}
# Terms that can be asked for; what is for rent or for sale is found by both.
TERMS = {tenure: TENURES[tenure] for tenure in (Tenure.RENT, Tenure.SALE, Tenure.PARTNERSHIP)}
ZONE_STATES = {
    "operating": _l("operating"),
    "partly_operating": _l("partly operating"),
    "established_not_verified": _l("established, not verified"),
    "planned": _l("planned"),
}

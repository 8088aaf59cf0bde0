"""Words of the public information pages: areas, kinds of counts, states of zones, sectors, assets, dates."""

from __future__ import annotations

import re

from babel import dates
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from iso_portal.core.formats import date_medium
from iso_portal.core.i18n import current_language
from iso_portal.guide.domain import ASSETS_OF, Area, AsOf

AREAS = {
    Area.TAX: _l("Taxes"),
    Area.LABOUR: _l("Work and wages"),
    Area.LAW: _l("Law"),
    Area.TRADE: _l("Trade"),
    Area.ENERGY: _l("Energy"),
    Area.MONEY: _l("Money and payments"),
    Area.VISAS: _l("Travel"),
    Area.ASSETS: _l("Assets and firms of the region"),
}
# What is disputed is called so, in neutral words; the office takes no position (domain D15).
NOTES = {
    "asset.lake": _l("The rights to the water are disputed; the office takes no position."),
    "north.firms": _l("Two different counts of two different years; they cannot be compared."),
}
COUNTS = {
    "census": _l("census"),
    "estimate": _l("estimate"),
    "evaluation": _l("evaluation, because many did not take part in the census"),
    "enumerated_preliminary": _l("only those who took part in the census, preliminary"),
    "derived": _l("computed from a number and the share that it is said to be"),
}
COUNT_SOURCES = {
    "KAS census 2011": _l("Statistical office"),
    "KAS estimate 2014": _l("Statistical office"),
    "KAS census 2024": _l("Statistical office"),
    "KAS census 2024 (evaluation: the census was boycotted in the four northern municipalities)": _l(
        "Statistical office"
    ),
    "KAS census 2024, persons actually enumerated, preliminary, as reported by the press": _l(
        "Statistical office, as the press reported it"
    ),
    "OSCE Municipal Profile 2018": _l("OSCE municipal profile"),
    "OSCE Municipal Profile, earlier edition": _l("OSCE municipal profile, earlier edition"),
}
DERIVED_SOURCE = _l("ECMI community profile")
CROSSING_SOURCES = {"EU External Action Service": _l("EU External Action Service, archive")}
ZONE_STATES = {
    "operating": _l("operating"),
    "partly_operating": _l("partly operating"),
    "established_not_verified": _l("established, not verified"),
    "planned": _l("planned"),
}
THEMES = {
    "food": _l("Food: berries, fruit, vegetables, dairy, honey, mushrooms"),
    "mining": _l("Metal and mining services: lead, zinc, silver"),
    "materials": _l("Building materials"),
    "textile": _l("Textile and footwear"),
    "wood": _l("Wood and furniture"),
    "electrical": _l("Batteries and electrical assembly"),
    "energy": _l("Renewable energy: wind, solar, biomass"),
    "recycling": _l("Recycling"),
    "logistics": _l("Logistics"),
    "tourism": _l("Lake and mountain tourism"),
    "digital": _l("Software and customer service"),
    "training": _l("Vocational training"),
}
# What it is, what is said about it, and the municipality it lies in, empty for several.
ASSETS = {
    "orchards": (_l("Orchards and a cold store"), "", "leposavic"),
    "trepca": (
        _l("Trepça/Trepča"),
        _l(
            "Lead, zinc and silver, with units on both banks of the river. Its ownership is disputed; the office "
            "takes no position."
        ),
        "",
    ),
}


KOSOVO = re.compile(r"(?:Kosov|Косов)\w*")
# What is kept about people, why, and for how long (trust S9, S12). Where no end is set, the page says so.
HELD = (
    (
        _l("Inquiries: who you are, how to reach you, what you plan, your files"),
        _l("To answer you and to find firms that fit; you agree when you send it."),
        _l("Until you ask for erasure. A fixed end is not set yet."),
    ),
    (
        _l("Inquiries that were begun and not sent"),
        _l("So that you can go on later."),
        _l("30 days after your last change, then removed by the clock."),
    ),
    (
        _l("Profiles of firms: name, registration, contact, what you make and do"),
        _l("To suggest you, to list you or to name you in reports: each only with your consent."),
        _l("Until you ask for erasure. A fixed end is not set yet."),
    ),
    (
        _l("Letters and messages between you and the office"),
        _l("So that both desks know what was said."),
        _l("As long as the inquiry or the profile."),
    ),
    (
        _l("A record of who did what in the portal"),
        _l("So that nothing changes without a trace."),
        _l("Lasting. When your data are erased, your values in it are made unreadable."),
    ),
    (
        _l("The internet address of your device"),
        _l("To stop abuse, and to show people with an account where they are signed in."),
        _l("As long as the limit or the session runs."),
    ),
)


def held() -> tuple[tuple[str, str, str], ...]:
    """Return what is kept about people, why, and for how long."""
    return tuple((str(what), str(why), str(how_long)) for what, why, how_long in HELD)


def starred(text: str) -> str:
    """Return a text with the asterisk of the footnote after its first "Kosovo", where it has one (domain D7)."""
    return KOSOVO.sub(r"\g<0>*", text, count=1)


def assets_of(section: str) -> tuple[str, ...]:
    """Return the keys of what stands on a section's page."""
    return ASSETS_OF.get(section, ())


def as_of_word(moment: AsOf | None) -> str:
    """Return when something was true, as exactly as the source says it."""
    if moment is None:
        return _("not known")
    if moment.precision == "day":
        return date_medium(moment.first)
    skeleton = "yMMMM" if moment.precision == "month" else "y"
    return str(dates.format_skeleton(skeleton, moment.first, locale=current_language().locale))


def count_source(source: str) -> str:
    """Return where a population count comes from; an unknown source stands for itself."""
    if source.startswith("ECMI community profile:"):
        return str(DERIVED_SOURCE)
    return str(COUNT_SOURCES.get(source, source))


def crossing_source(source: str) -> str:
    """Return where a crossing point's number comes from; the name of a newspaper stands for itself."""
    return next((str(word) for start, word in CROSSING_SOURCES.items() if source.startswith(start)), source)

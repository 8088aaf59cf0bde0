"""Invented data: repeatable, distinct, and nobody's community in a profile (issue 2, part 6; domain D38, D39)."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from iso_portal.businesses.domain import WISHES
from iso_portal.core.db import db
from iso_portal.files.domain import kind_of
from iso_portal.vocabulary.domain import Verdict, check_identifier
from matching import BusinessFacts, InquiryFacts
from matching.facts import refused_for
from seed import scale
from seed.attachments import WITH_FILES, attached
from seed.names import company, firm, person
from seed.pictures import drawing
from seed.public import REWRITTEN
from seed.staff import PEOPLE
from seed.texts import TRADES, business_text, inquiry_text

DATA = Path(__file__).parents[2] / "seed" / "data"


def test_the_seed_files_hold_what_they_promise() -> None:
    firms = json.loads((DATA / "businesses.json").read_text(encoding="utf-8"))
    inquiries = json.loads((DATA / "inquiries.json").read_text(encoding="utf-8"))
    assert (len(firms), len(inquiries)) == (60, 24)
    assert all(check_identifier("RS_PIB", one["pib"]).verdict is Verdict.GOOD for one in firms if one["pib"])
    assert all(check_identifier("XK_NUI", one["nui"]).verdict is Verdict.GOOD for one in firms if one["nui"])
    assert all(one["email"].endswith("@example.org") for one in firms)


def test_no_firm_of_the_demo_refuses_an_inquiry_that_it_was_judged_right_for() -> None:
    rows = {name: json.loads((DATA / f"{name}.json").read_text(encoding="utf-8")) for name in ("wishes", "inquiries")}
    inquiries = {row["id"]: row for row in rows["inquiries"]}
    with open(DATA / "relevance.csv", encoding="utf-8", newline="") as file:
        right = [(row["business"], row["inquiry"]) for row in csv.DictReader(file) if row["grade"] in {"2", "3"}]
    for wish in rows["wishes"]:
        vetoes = [code for name in WISHES[:3] for code in wish.get(name, [])]
        busy = "2999-12-31" if "busy_days" in wish else ""
        firm = BusinessFacts(
            key="", lines=(), vetoes=frozenset(vetoes), largest=wish.get("largest_band"), busy_until=busy
        )
        for asked in (inquiries[key] for own, key in right if own == wish["firm"]):
            told = {name: asked[name] for name in ("project_type", "country", "band")}
            assert refused_for(firm, InquiryFacts(key="", text="", nace=tuple(asked["sectors"]), **told)) is None


def test_both_desks_have_six_people_and_one_co_manager_each() -> None:
    for wing in ("sq", "sr"):
        desk = [one for one in PEOPLE if one.wing == wing]
        assert len(desk) == 6
        assert [one.role for one in desk].count("manager") == 1


def test_texts_are_distinct_and_repeatable() -> None:
    def made(seed: int) -> list[str]:
        chance = random.Random(seed)
        return [business_text(chance, language=("sq", "sr_latn", "sr_cyrl")[n % 3]).description for n in range(20_000)]

    texts = made(7)
    assert len(set(texts)) > 19_990
    assert texts == made(7)
    assert inquiry_text(random.Random(1), language="de") == inquiry_text(random.Random(1), language="de")
    assert all(len(getattr(trade, language)) == 4 for trade in TRADES for language in ("en", "de", "sq", "sr"))


def test_drawings_are_small_and_repeatable() -> None:
    for kind in ("land", "hall", "office", "storage"):
        made = drawing(random.Random(kind), kind)
        assert made == drawing(random.Random(kind), kind)
        assert made.startswith(b"\xff\xd8\xff")
        assert len(made) < 30_000


def test_sites_speak_their_firms_language_and_say_what_a_picture_shows() -> None:
    firms = {row["id"]: row for row in json.loads((DATA / "businesses.json").read_text(encoding="utf-8"))}
    sites = json.loads((DATA / "sites.json").read_text(encoding="utf-8"))
    assert len({site["firm"] for site in sites}) >= 15
    start = {"sq": "Vizatim: ", "sr_latn": "Crtež: ", "sr_cyrl": "Цртеж: "}
    for site in sites:
        language = firms[site["firm"]]["language"]
        assert all(says.startswith(start[language]) for says in site["pictures"]), site["name"]
        cyrillic = any("а" <= letter <= "ш" for letter in site["text"])
        assert cyrillic is (language == "sr_cyrl"), site["name"]


def test_translations_are_of_other_languages_than_the_firms() -> None:
    firms = {row["id"]: row for row in json.loads((DATA / "businesses.json").read_text(encoding="utf-8"))}
    rows = json.loads((DATA / "translations.json").read_text(encoding="utf-8"))
    assert all(row["language"][:2] != firms[row["firm"]]["language"][:2] for row in rows)
    assert all(firms[key]["texts"]["description"].count(old) == 1 for key, (old, _new) in REWRITTEN.items())


@pytest.mark.parametrize("number", sorted(WITH_FILES))
def test_attachments_are_what_they_say(number: int) -> None:
    for name, content in attached(number):
        assert kind_of(content).value == name.rpartition(".")[2]


def test_names_come_from_the_lists() -> None:
    chance = random.Random(3)
    assert " " in person(chance, "sq")
    assert "7" in firm(chance, "sr", 7)
    assert company(chance, "DE", 9).endswith("GmbH")


def test_scale_adds_consistent_rows_and_switches_the_log_back_on(
    own_app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    scale.add(own_app.config["DATABASE_OWNER_URL"], businesses=40, cases=60, staff=6, random_seed=5)
    with own_app.app_context():
        count = {
            table: db.session.scalar(sa.text(f"select count(*) from {table}"))
            for table in ("businesses", "cases", "inquiries", "people", "entries", "team_members")
        }
        assert (count["businesses"], count["cases"], count["inquiries"], count["people"]) == (40, 60, 60, 6)
        assert count["team_members"] == 120
        assert count["entries"] >= 120
        assert db.session.scalar(sa.text("select last from reference_counters where year = 2025")) == 60
        disabled = db.session.scalar(
            sa.text("select count(*) from pg_trigger where tgname = 'audited' and tgenabled = 'D'")
        )
        assert disabled == 0
        listed = db.session.scalar(sa.text("select count(*) from businesses where consent_public"))
        assert 4 <= listed <= 24
        assert db.session.scalar(sa.text("select count(*) from business_sites")) >= 1
    assert "rows a second" in capsys.readouterr().out


def test_the_demo_fills_an_empty_portal_once(own_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from seed import demo, history

    monkeypatch.setattr(history, "HISTORY", 12)
    with own_app.app_context():
        sign_ins = demo.fill(quiet=True)
        assert sign_ins is not None
        assert demo.fill(quiet=True) is None
        assert db.session.scalar(sa.text("select count(*) from cases")) == 36
        assert db.session.scalar(sa.text("select count(*) from suggestion_runs")) == 24
        assert db.session.scalar(sa.text("select count(*) from letters where state <> 'sent'")) == 0
        broken = db.session.execute(sa.text("select * from audit.broken() limit 1")).one_or_none()
        assert broken is None
        # What a firm wrote is its own; the columns beside it say nothing about anybody's community.
        profiles = (
            db.session.execute(sa.text("select (to_jsonb(b) - 'search' - 'public_search')::text from businesses b"))
            .scalars()
            .all()
        )
        assert not [text for text in profiles if "albanian" in text or "undisclosed" in text]
        assert_public_side()


def assert_public_side() -> None:
    """The public side of the demo is alive: every page has something to show."""

    def count(query: str) -> int:
        return int(db.session.scalar(sa.text(f"select count(*) from {query}")) or 0)

    assert count("businesses where consent_public and active and not discretion") >= 50
    assert count("businesses where discretion") == 3
    assert count("businesses where consents = '{}'") == 0
    assert count("businesses where pending") == 1
    assert count("business_sites") == 20
    north = "('leposavic', 'zvecan', 'zubin-potok', 'mitrovica-north')"
    assert count(f"business_sites where municipality in {north}") >= 10
    assert count("business_pictures") == 20
    assert count("stored_files where kind = 'jpg' and state = 'clean' and size > 30720") == 0
    assert count("business_verifications") == 13
    assert count("businesses where verified_on < now() - interval '1 year'") == 5
    assert count("businesses where recheck") == 1
    staff = "business_texts where written_by_id is not null"
    assert count(f"{staff} and not original") == 10
    assert count(f"{staff} and stale") == 2
    keys = "(select name_key from businesses group by name_key having count(*) > 1) as twice"
    assert count(keys) == 2
    assert count("introductions where withdrawn_at is null") == 2
    assert count("case_files") == 7
    assert count("stored_files where state = 'released'") == 1
    if not list((DATA.parents[1] / "templates" / "privacy").glob("letters/asked.txt")):
        return
    assert count("data_requests where state = 'open'") == 2

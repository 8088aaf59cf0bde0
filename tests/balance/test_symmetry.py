"""Swapping two communities swaps them in every figure, sentence and drawing, and changes nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from iso_portal.balance import queries, service, words
from iso_portal.balance.domain.figures_base import Office
from iso_portal.balance.domain.policy import Policy
from iso_portal.balance.models import Evidence, Snapshot
from iso_portal.balance.service import snapshots
from iso_portal.core.db import db, unit_of_work
from iso_portal.core.i18n import Language, in_language
from tests import factories
from tests.balance.monitored import book, open_gate, staff
from tests.conftest import signed_in

SWAP = {"albanian": "serb", "serb": "albanian"}


def swapped(value: Any) -> Any:
    """Return a content with the two codes in each other's place."""
    if isinstance(value, dict):
        return {swapped(name): swapped(one) for name, one in value.items()}
    if isinstance(value, list):
        return [swapped(one) for one in value]
    if isinstance(value, str):
        return re.sub("albanian|serb", lambda found: SWAP[found[0]], value)
    return value


def without_order(value: Any) -> Any:
    """Return a content in which a pair has no first and second: both ways of writing it are one."""
    if isinstance(value, dict):
        row = {name: without_order(one) for name, one in value.items()}
        if row.get("pair") == ["serb", "albanian"]:
            row["pair"] = ["albanian", "serb"]
            row |= {name: row[name][::-1] for name in ("means", "overall") if name in row}
            if isinstance(row.get("value"), list):
                row["value"] = row["value"][::-1]
            elif "test" not in row and "interval" in row:
                row["value"] = round(1 - row["value"], 4)
                row["interval"] = [round(1 - limit, 4) for limit in row["interval"][::-1]]
        return row
    if isinstance(value, list):
        return [without_order(one) for one in value]
    return value


def test_the_snapshot_and_the_page_are_mirrored(own_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with own_app.test_request_context():
        open_gate()
        book(staff(), 240, first=0.75)
        manager = factories.person("manager")
        db.session.commit()
        with unit_of_work():
            one = service.take_snapshot().content
        client = signed_in(own_app, manager)
    first = client.get("/balance/").text
    with own_app.test_request_context():
        db.session.execute(sa.delete(Snapshot))
        real = snapshots._office

        def mirrored_office(policy: Policy) -> Office:
            office = real(policy)
            return replace(office, declared={key: [SWAP[c] for c in codes] for key, codes in office.declared.items()})

        monkeypatch.setattr(snapshots, "_office", mirrored_office)
        db.session.commit()
        with unit_of_work():
            other = service.take_snapshot().content
        assert [row.scope for row in queries.alerts()]
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Evidence))
    for name in ("shares", "where", "series", "parts", "blocks", "joint", "n", "workload"):
        assert swapped(other[name]) == one[name], name
    assert without_order(swapped(other["group_loads"])) == one["group_loads"]
    assert without_order(swapped(other["symmetry"])) == one["symmetry"]
    with own_app.test_request_context(), in_language(Language.EN):
        names = {code: words.community(code) for code in SWAP}
    second = client.get("/balance/").text
    sentence = "Community: {}. Led "
    said = {code: [part.split("</li>")[0] for part in first.split(sentence.format(names[code]))[1:]] for code in SWAP}
    mirrored = {
        code: [part.split("</li>")[0] for part in second.split(sentence.format(names[SWAP[code]]))[1:]] for code in SWAP
    }
    for code in SWAP:
        assert said[code]
        assert next(text.replace(names[SWAP[code]], names[code]) for text in mirrored[code]) == said[code][0]


@pytest.mark.parametrize("language", [Language.EN, Language.SQ, Language.SR_LATN, Language.SR_CYRL])
def test_the_same_sentence_serves_every_community_in_both_directions(own_app: Flask, language: Language) -> None:
    with own_app.test_request_context(), in_language(language):
        above = {"value": 0.61, "expected": 0.5, "difference": 0.11, "n": 80}
        below = {"value": 0.39, "expected": 0.5, "difference": -0.11, "n": 80}
        frames = set()
        for code in ("albanian", "serb", "bosniak", "turk", "roma"):
            for figure in (above, below):
                text = words.share_sentence(code, figure).replace(words.community(code), "X", 1)
                frames.add((figure["difference"] > 0, text))
        assert len(frames) == 2

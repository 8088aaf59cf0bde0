"""Policy: proposed values first, two keys for a change, nothing that names a case or cannot hold (balance G3, G4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from iso_portal.accounts.domain import Wing
from iso_portal.balance import queries, service, words
from iso_portal.balance.domain.feasibility import panel
from iso_portal.balance.domain.policy import DonorProfile, Mode, Policy, Range, TargetOf
from iso_portal.balance.models import ActKind, Gate
from iso_portal.core import clock
from iso_portal.core.db import db, unit_of_work
from tests import factories
from tests.balance.offices import one_day
from tests.balance.vaults import open_gate
from tests.conftest import signed_in

TODAY = date(2026, 11, 25)
BOTH = ("albanian", "serb")
RANGE = {
    "what": "portfolio_share",
    "community": "serb",
    "low": "0,4",
    "high": "0.6",
    "period": "year",
    "expires_on": "2027-06-30",
    "reason": "Agreed in the staff meeting",
    "first": "8",
    "second": "4",
}
CHANGE = "/balance/policy/change/"


@pytest.fixture
def office(own_app: Flask) -> Iterator[SimpleNamespace]:
    """Two co-managers, one of each wing, and an officer."""

    with one_day(own_app):
        people = SimpleNamespace(
            sq=factories.person("manager", wing=Wing.SQ),
            sr=factories.person("manager", wing=Wing.SR),
            officer=factories.person(wing=Wing.SR),
        )
        db.session.commit()
        yield people


def agreed(office: SimpleNamespace, kind: ActKind, **content: Any) -> None:
    """Let both co-managers turn their keys on a change."""
    with unit_of_work():
        act = service.propose_change(kind, content, reason="agreed", by=office.sq)
        assert service.turn_policy_key(act, by=office.sr)


def test_a_portal_in_which_nothing_was_saved_has_the_proposed_values(own_app: Flask, office: SimpleNamespace) -> None:
    found = queries.policy()
    assert found == Policy(on=TODAY)
    assert found.range_of(TargetOf.PORTFOLIO_SHARE, "serb", reference=0.4) == pytest.approx((0.3, 0.5))
    assert found.range_of(TargetOf.EXPOSURE_SHARE, "serb", reference=0.05) == pytest.approx((0.0, 0.15))
    assert found.range_of(TargetOf.LOAD_RATIO) == pytest.approx((1 / 1.2, 1.2))
    assert found.range_of(TargetOf.JOINT_RATE) is None
    assert found.middle_of(TargetOf.PORTFOLIO_SHARE, "serb", reference=0.4) == 0.4


def test_a_saved_range_holds_instead_of_the_proposed_one() -> None:
    key = (TargetOf.PORTFOLIO_SHARE, "serb")
    found = Policy(on=TODAY, targets={key: Range(low=0.4, high=0.6, set_on=TODAY)})
    assert found.range_of(*key, reference=0.2) == (0.4, 0.6)
    assert found.middle_of(*key, reference=0.2) == 0.5
    assert found.target_since("serb") == TODAY
    assert found.target_since("albanian") is None


def test_a_range_waits_for_both_keys_and_shows_its_author_and_reason(own_app: Flask, office: SimpleNamespace) -> None:
    sq, sr, officer = (signed_in(own_app, one) for one in (office.sq, office.sr, office.officer))
    looked = sq.post(CHANGE + "target", data=RANGE | {"step": "propose"})
    assert looked.status_code == 200, "the panel is shown before it can be saved"
    assert "the 4 carry 1.64 times the load" in looked.text
    assert db.session.scalar(sa.text("select count(*) from balance_policy_acts")) == 0
    assert sq.post(CHANGE + "target", data=RANGE | {"step": "propose", "seen": "6-6"}).status_code == 200
    assert sq.post(CHANGE + "target", data=RANGE | {"step": "propose", "seen": "8-4"}).status_code == 303
    key = db.session.scalar(sa.text("select id from balance_policy_acts"))
    assert queries.policy().targets == {}
    assert officer.post(f"/balance/policy/acts/{key}/key").status_code == 403
    assert sq.post(f"/balance/policy/acts/{key}/key").status_code == 422
    db.session.rollback()
    assert queries.policy().targets == {}
    assert sr.post(f"/balance/policy/acts/{key}/key").status_code == 303
    db.session.rollback()
    kept = queries.policy().targets[TargetOf.PORTFOLIO_SHARE, "serb"]
    assert (kept.low, kept.high, kept.author, kept.set_on) == (0.4, 0.6, office.sq.name, TODAY)
    page = officer.get("/balance/policy").text
    assert "40% to 60%" in page
    assert "Agreed in the staff meeting" in page
    with clock.turned_to(datetime(2027, 7, 1, 11, tzinfo=UTC)):
        assert queries.policy().targets == {}, "it has ended"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"low": "0.7"}, "low"),
        ({"low": "abc"}, "low"),
        ({"high": "1.5"}, "high"),
        ({"reason": ""}, "reason"),
        ({"reason": "because of ISO-2026-000123"}, "reason"),
        ({"community": "gorani"}, "community"),
        ({"community": "martian"}, "community"),
        ({"what": "case"}, "what"),
        ({"expires_on": "2026-11-25"}, "expires_on"),
        ({"first": "0"}, "first"),
        ({"second": "-3"}, "second"),
        ({"second": "2.5"}, "second"),
        ({"second": ""}, "second"),
    ],
)
def test_a_bad_range_is_asked_again_with_what_was_typed_and_the_panel_beside(
    own_app: Flask, office: SimpleNamespace, changes: dict[str, str], field: str
) -> None:
    sq = signed_in(own_app, office.sq)
    answer = sq.post(CHANGE + "target", data=RANGE | changes | {"seen": "8-4", "step": "propose"})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    typed = changes[field]
    assert field in {"what", "community"} or typed in answer.text
    assert ("1.64 times" in answer.text) == (field not in {"first", "second"})
    assert db.session.scalar(sa.text("select count(*) from balance_policy_acts")) == 0


@pytest.mark.parametrize("weight", ["-1", "101", "1e3", "", "NaN"])
def test_a_joint_weight_outside_its_limits_is_asked_again(own_app: Flask, office: SimpleNamespace, weight: str) -> None:
    data = {"joint_weight": weight, "reason": "more", "first": "8", "second": "4", "seen": "8-4", "step": "propose"}
    answer = signed_in(own_app, office.sq).post(CHANGE + "joint-weight", data=data)
    assert answer.status_code == 422
    assert "1.64 times" in answer.text
    assert "1.59" in answer.text, "the measured dial stands there too"


@pytest.mark.parametrize(
    ("what", "data"),
    [
        ("large-from", {"large_from": "2.3"}),
        ("large-from", {"large_from": "7"}),
        ("tracked", {"tracked": ["serb"]}),
        ("tracked", {"tracked": ["serb", "other"]}),
        ("mode", {"mode": "joint_ledgers"}),
        ("mode", {"mode": "by_name"}),
        ("donor-profile", {"donor_profile": "un"}),
        ("custodian", {"seat": "sq", "person": "nobody"}),
    ],
)
def test_what_the_rules_do_not_allow_is_asked_again(
    own_app: Flask, office: SimpleNamespace, what: str, data: dict[str, Any]
) -> None:
    assert signed_in(own_app, office.sq).post(CHANGE + what, data=data | {"reason": "r"}).status_code == 422
    assert db.session.scalar(sa.text("select count(*) from balance_policy_acts")) == 0


@pytest.mark.parametrize("what", ["everything", "read-record", "destroy-key", "targets"])
def test_an_unknown_change_is_no_page(own_app: Flask, office: SimpleNamespace, what: str) -> None:
    client = signed_in(own_app, office.sq)
    assert client.get(CHANGE + what).status_code == 404
    assert client.post(CHANGE + what, data={"reason": "r"}).status_code == 404


@pytest.mark.parametrize(
    "what", ["target", "joint-weight", "mode", "tracked", "large-from", "donor-profile", "custodian"]
)
def test_each_change_has_a_page_for_co_managers_alone(own_app: Flask, office: SimpleNamespace, what: str) -> None:
    assert signed_in(own_app, office.sq).get(CHANGE + what).status_code == 200
    assert signed_in(own_app, office.officer).get(CHANGE + what).status_code == 403


def test_a_manager_of_no_desk_changes_nothing(own_app: Flask, office: SimpleNamespace) -> None:
    client = signed_in(own_app, factories.person("manager", wing=None))
    assert client.post(CHANGE + "large-from", data={"large_from": "2.5", "reason": "r"}).status_code == 422


def test_the_limit_of_large_cases_holds_from_the_next_reporting_year(own_app: Flask, office: SimpleNamespace) -> None:
    agreed(office, ActKind.LARGE_FROM, large_from=3.0)
    assert queries.policy().large_from == 2.0
    assert queries.policy(date(2026, 12, 31)).large_from == 2.0
    assert queries.policy(date(2027, 1, 1)).large_from == 3.0


def test_the_mode_works_only_while_its_gate_is_open(own_app: Flask, office: SimpleNamespace) -> None:
    open_gate()
    open_gate(gate=Gate.USE_COMMUNITY_IN_ASSIGNMENT)
    agreed(office, ActKind.MODE, mode="joint_ledgers")
    assert queries.policy().mode is Mode.JOINT_LEDGERS
    with clock.turned_to(datetime(2027, 1, 20, 11, tzinfo=UTC)):
        assert queries.policy().mode is Mode.LANGUAGE_PAIRED


def test_every_part_of_the_policy_can_be_changed_and_the_newest_holds(own_app: Flask, office: SimpleNamespace) -> None:
    agreed(office, ActKind.JOINT_WEIGHT, joint_weight=8)
    with clock.turned_to(datetime(2026, 11, 26, 11, tzinfo=UTC)):
        agreed(office, ActKind.JOINT_WEIGHT, joint_weight=30)
        agreed(office, ActKind.TRACKED, tracked=["turkish", "serb", "albanian"])
        agreed(office, ActKind.DONOR_PROFILE, donor_profile="us", tables_by_community=False)
        found = queries.policy()
    assert (found.joint_weight, found.tracked) == (30.0, ("albanian", "serb", "turkish"))
    assert (found.donor_profile, found.tables_by_community) == (DonorProfile.US, False)
    assert queries.policy(TODAY).joint_weight == 8.0
    verbs = db.session.scalars(sa.text("select verb from acts where verb like 'policy.%'")).all()
    assert verbs.count("policy.propose") == 4
    assert verbs.count("policy.change") == 4


def test_a_change_can_be_ended_by_one_person_and_holds_never(own_app: Flask, office: SimpleNamespace) -> None:
    with unit_of_work():
        act = service.propose_change(ActKind.JOINT_WEIGHT, {"joint_weight": 50}, reason="more", by=office.sq)
        key = act.id
    sr = signed_in(own_app, office.sr)
    assert sr.post(f"/balance/policy/acts/{key}/refuse").status_code == 303
    assert sr.post(f"/balance/policy/acts/{key}/key").status_code == 422
    assert queries.policy().joint_weight == 8.0
    assert "more" in signed_in(own_app, office.officer).get("/balance/policy").text, "it stays in the history"


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        (8, 4, "With 8 and 4, all cases joint, the 4 carry 1.64 times the load."),
        (4, 8, "With 8 and 4, all cases joint, the 4 carry 1.64 times the load."),
        (6, 6, "With 6 and 6, all cases joint, both carry the same load."),
        (5, 1, "With 5 and 1, all cases joint, the 1 carry 3.33 times the load."),
    ],
)
def test_the_panel_says_the_same_whichever_group_is_typed_first(
    own_app: Flask, office: SimpleNamespace, first: int, second: int, says: str
) -> None:
    assert words.feasibility_sentences(first, second, panel(first, second))[0] == says
    page = signed_in(own_app, office.officer).get(f"/balance/policy?first={first}&second={second}")
    assert page.status_code == 200
    assert says in page.text


@pytest.mark.parametrize(
    ("first", "second"), [("0", "4"), ("8", "-1"), ("8", "2.5"), ("a", "b"), ("", "4"), ("8", "9" * 15)]
)
def test_the_panel_keeps_what_was_typed_wrong(own_app: Flask, office: SimpleNamespace, first: str, second: str) -> None:
    page = signed_in(own_app, office.officer).get("/balance/policy", query_string={"first": first, "second": second})
    assert page.status_code == 422
    assert f'value="{first}"' in page.text
    assert f'value="{second}"' in page.text


@pytest.mark.parametrize("tag", ["en", "sq", "sr-Latn", "sr-Cyrl"])
def test_the_policy_page_opens_in_every_language_with_everything_on_it(
    own_app: Flask, office: SimpleNamespace, tag: str
) -> None:
    open_gate()
    agreed(office, ActKind.JOINT_WEIGHT, joint_weight=30)
    agreed(office, ActKind.TARGET, what="load_ratio", community="", low=0.8, high=1.25, period="year",
           expires_on=date(2027, 1, 31))  # fmt: skip
    with unit_of_work():
        service.propose_change(ActKind.TRACKED, {"tracked": ["serb", "roma"]}, reason="r", by=office.sr)
    assert signed_in(own_app, office.sq, language=tag).get("/balance/policy?first=8&second=4").status_code == 200

"""How a draft is found, read into forms and shown: what the pages of the inquiry form share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from wtforms import Field

from iso_portal.cases import queries as cases
from iso_portal.cases import service as case_service
from iso_portal.cases.models import Case
from iso_portal.core import clock, links
from iso_portal.core.formats import number
from iso_portal.core.forms import Choice, Choices, Form, WholeNumber
from iso_portal.core.i18n import current_language
from iso_portal.files import words as file_words
from iso_portal.files.domain import MOST_BYTES, MOST_FILES
from iso_portal.intake import queries, service, words
from iso_portal.intake.domain import LONGEST_ENDING, MOST_FOUND, SHORTEST_STEM, Part
from iso_portal.intake.forms import PARTS, InquiryForm, SendForm, fields_of
from iso_portal.intake.models import InquiryDraft
from iso_portal.vocabulary import queries as vocabulary
from iso_portal.vocabulary.domain import NaceCode, NaceLevel

MOST_UPLOAD = MOST_FILES * MOST_BYTES + 1024 * 1024
CONSENTS = ("consent_contact", "consent_share", "consent_news")


def draft_of(token: str, *, to_change: bool = False) -> InquiryDraft:
    """Return the draft that a link opens, or answer 404. to_change: a second request for it waits."""
    draft = queries.draft_by_link_hash(links.token_hash(token[:100]), now=clock.now(), to_change=to_change)
    if draft is None:
        abort(404)
    return draft


def typed(names: Iterable[str]) -> dict[str, list[str]]:
    """Return what was typed into some questions, as it was sent."""
    return {name: request.form.getlist(name)[:100] for name in names}


def as_kept(draft: InquiryDraft, names: Iterable[str]) -> MultiDict[str, str]:
    """Return what a draft holds of some questions, in the shape in which a browser sends it."""
    return MultiDict([(name, text) for name in names for text in draft.values.get(name, [])])


def filled(draft: InquiryDraft, page: Part) -> Form:
    """Return a page's form with what was typed, wrong or right; untouched it holds good guesses."""
    form_type, names = PARTS.get(page, Form), fields_of(page)
    if any(name in draft.values for name in names):
        return form_type(formdata=as_kept(draft, names), meta={"csrf": False})
    form = form_type(formdata=None, meta={"csrf": False})
    if page is Part.CONTACT:
        form.preferred_language.data = current_language().value  # type: ignore[attr-defined]  # of ContactPart
    return form


def whole(draft: InquiryDraft) -> InquiryForm:
    """Return all questions with all answers, the consents of this very request among them."""
    sent = as_kept(draft, [name for page in Part for name in fields_of(page)])
    for name in CONSENTS:
        if request.form.get(name):
            sent.add(name, "y")
    return InquiryForm(formdata=sent, meta={"csrf": False})


@dataclass(frozen=True, kw_only=True)
class SectorChoice:
    """The sectors to choose from: those that are chosen, those that a search found, and the rest by section."""

    chosen: Sequence[NaceCode]
    found: Sequence[NaceCode]
    groups: Sequence[tuple[NaceCode, Sequence[NaceCode]]]
    wanted: str


def sector_choice(form: Form, wanted: str) -> SectorChoice:
    """Return each sector once, so that a tick taken off in one place does not stay in another."""
    known = vocabulary.nace()
    chosen = [known[code] for code in dict.fromkeys(form["sectors"].data or ()) if code in known]
    hits = _hits(wanted)
    found = [code for code in hits if code.level is not NaceLevel.SECTION and code not in chosen][:MOST_FOUND]
    elsewhere = {code.code for code in (*chosen, *found)}
    groups = [
        (section, [code for code in vocabulary.divisions_of(section.code) if code.code not in elsewhere])
        for section in vocabulary.of_level(NaceLevel.SECTION)
    ]
    return SectorChoice(chosen=chosen, found=found, groups=[pair for pair in groups if pair[1]], wanted=wanted)


def _hits(wanted: str) -> Sequence[NaceCode]:
    """Return the codes that a search means; when nothing fits, an ending more or less does not matter: drvo, drveta."""
    for cut in range(LONGEST_ENDING + 1):
        words = [word[: max(len(word) - cut, SHORTEST_STEM)] if word.isalpha() else word for word in wanted.split()]
        if hits := vocabulary.search_nace(" ".join(words), limit=10 * MOST_FOUND):
            return hits
    return []


def part_page(draft: InquiryDraft | None, page: Part, form: Form, *, key: str = "", refused: str = "") -> str:
    """Show one page of the form. draft: None on the first page, before anything is kept."""
    wanted = request.args.get("find", request.form.get("find", "")).strip()[:100]
    return render_template(
        "intake/part.html",
        draft=draft,
        token=service.token_of(draft) if draft else "",
        page=page,
        parts=list(Part),
        titles=words.TITLES,
        form=form,
        key=key,
        refused=refused,
        sectors=sector_choice(form, wanted) if page is Part.SECTORS else None,
        to_check=request.args.get("to") == Part.CHECK,
        most_files=MOST_FILES,
        file_words=file_words,
    )


def check_page(draft: InquiryDraft, form: SendForm, everything: InquiryForm, *, refused: str = "") -> str:
    """Show everything that was typed, page by page. everything: validated, so that what is wrong is named."""
    page_of = {name: page for page in Part for name in fields_of(page)}
    answers = {
        page: [(field, shown(field)) for field in everything if page_of.get(field.name) is page] for page in PARTS
    }
    return render_template(
        "intake/check.html",
        draft=draft,
        token=service.token_of(draft),
        page=Part.CHECK,
        parts=list(Part),
        titles=words.TITLES,
        form=form,
        answers=answers,
        wrong=[(page_of[field.name], field) for field in everything if field.errors and field.name in page_of],
        refused=refused,
        file_words=file_words,
    )


def shown(field: Field) -> list[str]:
    """Return an answer in the reader's words, a line each; one that is wrong stands as it was typed."""
    raw = [str(text) for text in field.raw_data or () if str(text).strip()]
    if field.errors:
        return raw
    match field:
        case Choices() if field.name == "sectors":
            return vocabulary.nace_labels(field.data or ())
        case Choices() | Choice():
            labels = {str(code): str(label) for code, label, *_rest in field.iter_choices() if code}
            given = field.data if isinstance(field, Choices) else [field.data]
            return [labels[code] for code in given or () if code in labels]
        case WholeNumber():
            return [number(field.data)] if field.data is not None else []
        case _:
            return [str(field.data)] if field.data else []


def case_of(draft: InquiryDraft) -> Case | None:
    """Return the case that a sent draft became, or None when its link was changed since.

    A renewed or closed link must not come back by way of the draft's.
    """
    case = cases.get(draft.case_id) if draft.case_id else None
    return None if case is None or case.link_hash is None or queries.link_was_changed(case.id) else case


def follow_token(case: Case) -> str:
    """Return the secret part of the follow page's address."""
    return links.token_for(case_service.FOLLOW, case.id, case.link_nonce)


def to_what_was_sent(draft: InquiryDraft) -> ResponseReturnValue:
    """Go to what became of a draft that was sent."""
    case = case_of(draft)
    if case is None:
        return redirect(url_for("intake.link"), code=303)
    return redirect(url_for("intake.received", token=follow_token(case)), code=303)


def sent_page(draft: InquiryDraft, form: Form) -> ResponseReturnValue:
    """Answer a second tab: this inquiry was sent; here is what was sent, and what was typed here, ready for a message.

    A page that says nothing else than the inquiry leads to it, as a second click does.
    """
    case = case_of(draft)
    before = case.inquiry.as_sent if case else {}
    new = [field for field in form if field.name != "csrf_token" and field.data != before.get(field.name)]
    if case is not None and not new:
        return to_what_was_sent(draft)
    lines = [(field.label.text, shown(field)) for field in new]
    text = "\n\n".join(f"{label}\n{', '.join(texts)}" for label, texts in lines if texts)
    token = follow_token(case) if case else ""
    return render_template("intake/sent.html", case=case, token=token, text=text, key=links.new_nonce()), 409

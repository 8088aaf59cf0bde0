"""`make texts`: collect messages, bring the catalogues up to date, make the Latin Serbian one from the Cyrillic.

Translations may be handed over as JSON files, named on the command line: {"message": {"sq": "...", "sr": "...", "de":
"..."}}; for plurals the message is "one|||many" and each translation a list of the language's forms. Prints what is
missing in each language. Serbian is written in Cyrillic; the Latin catalogue is never edited.
"""

from __future__ import annotations

import io
import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from iso_portal.cases.words import PLAIN_STAGES
from iso_portal.core.scripts import to_latin

ROOT = Path(__file__).parents[1]
TEXTS = ROOT / "iso_portal" / "translations"
LOCALES = {"sq": "sq_XK", "sr": "sr_Cyrl_XK", "de": "de_DE"}
LATIN = "sr_Latn_XK"
SERBIAN_PLURALS = (
    "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2)"
)
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "_l": None, "lazy_gettext": None}


# German is offered on public pages only (domain section 1): these hold everything that such a page or letter can say.
PUBLIC = (
    "iso_portal/app.py",
    "iso_portal/core/",
    "iso_portal/intake/",
    "iso_portal/guide/",
    "iso_portal/directory/",
    "iso_portal/my_business/",
    "iso_portal/files/",
    "iso_portal/privacy/words.py",
    "iso_portal/businesses/words.py",
    "iso_portal/businesses/fields.py",
    "iso_portal/businesses/forms/",
    "iso_portal/businesses/service/sites.py",
    "iso_portal/cases/service/follow.py",
    "iso_portal/vocabulary/",
    "iso_portal/reports/forms.py",
    "iso_portal/reports/service.py",
    "iso_portal/accounts/forms.py",
    "iso_portal/accounts/views.py",
    "templates/_layout/",
    "templates/_parts/",
    "templates/intake/",
    "templates/guide/",
    "templates/directory/",
    "templates/my_business/",
    "templates/businesses/letters/",
    "templates/privacy/letters/",
    "templates/accounts/sign_in.html",
    "templates/cases/letters/",
    "templates/reports/letters/",
    "templates/reports/confirm.html",
)


def is_public(message: Message) -> bool:
    """Whether a visitor can meet this message."""
    return any(place.replace("\\", "/").startswith(PUBLIC) for place, _line in message.locations) or (
        isinstance(message.id, str) and message.id in plain_stages()
    )


@cache
def plain_stages() -> frozenset[str]:
    """Return the stages in the words of the follow page."""
    return frozenset(text._args[0] for text in PLAIN_STAGES.values())


def messages() -> Catalog:
    """Return every message of the portal's code and templates, sorted."""
    with open(ROOT / "babel.cfg", encoding="utf-8") as file:
        method_map, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel types it in part
    found = Catalog()
    for name, line, message, comments, context in extract_from_dir(
        str(ROOT),
        method_map,
        options,
        KEYWORDS,
        directory_filter=lambda path: Path(path).name not in {".venv", "var", ".git"},
    ):
        found.add(message, None, [(name, line)], auto_comments=comments, context=context)
    return found


def path_of(locale: str) -> Path:
    """Return a locale's catalogue."""
    return TEXTS / locale / "LC_MESSAGES" / "messages.po"


def read(locale: str) -> Catalog:
    """Return a locale's catalogue, an empty one where there is none yet."""
    path = path_of(locale)
    if not path.exists():
        return Catalog(locale=locale)
    with open(path, "rb") as file:
        return read_po(file, locale=locale)


def write(catalog: Catalog, locale: str) -> None:
    """Write a catalogue, sorted and without places in the code, so that it changes only when a text does."""
    path = path_of(locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = io.BytesIO()
    write_po(text, catalog, sort_output=True, no_location=True, omit_header=True, width=0)
    forms = SERBIAN_PLURALS if locale.startswith("sr") else "nplurals=2; plural=(n != 1)"
    header = f'msgid ""\nmsgstr ""\n"Language: {locale}\\n"\n"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: {forms};\\n"\n\n'
    path.write_bytes(header.encode() + text.getvalue().rstrip() + b"\n")


def merged(language: str, wanted: Catalog, given: dict[str, dict[str, Any]]) -> tuple[Catalog, list[str]]:
    """Return a locale's catalogue with exactly the wanted messages, and those that are not translated."""
    locale = LOCALES[language]
    before, catalog, missing = read(locale), Catalog(locale=locale), []
    for message in wanted:
        if not message.id or (language == "de" and not is_public(message)):
            continue
        key = message.id if isinstance(message.id, str) else "|||".join(message.id)
        kept = before.get(message.id if isinstance(message.id, str) else message.id[0])
        text = given.get(key, {}).get(language) or (kept.string if kept is not None else "")
        if not text or (not isinstance(text, str) and not all(text)):
            missing.append(key)
        catalog.add(message.id, tuple(text) if isinstance(text, list) else text, flags=set(message.flags) - {"fuzzy"})
    return catalog, missing


def main(paths: list[str]) -> int:
    """Bring all catalogues up to date; 1 when something is missing."""
    given: dict[str, dict[str, Any]] = {}
    for path in paths:
        given |= json.loads(Path(path).read_text(encoding="utf-8"))
    wanted = messages()
    lacking = 0
    for language, locale in LOCALES.items():
        catalog, missing = merged(language, wanted, given)
        write(catalog, locale)
        lacking += len(missing)
        print(f"{locale}: {len(wanted)} messages, {len(missing)} missing")
        for key in missing:
            print(f"  {key!r}")
    cyrillic, latin = read("sr_Cyrl_XK"), Catalog(locale=LATIN)
    for message in cyrillic:
        if message.id:
            text = message.string
            latin.add(
                message.id,
                tuple(map(to_latin, text)) if isinstance(text, tuple | list) else to_latin(str(text)),
                flags=message.flags,
            )
    write(latin, LATIN)
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

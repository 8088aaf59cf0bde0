"""Typed text is kept whole and can always be stored: trust S6, and the trap of U+0000."""

from __future__ import annotations

import pytest

from iso_portal.core.text import clean, one_line


@pytest.mark.parametrize("unwanted", [0x00, 0x01, 0x0B, 0x1F, 0x7F, 0xD800, 0xDFFF])
def test_what_no_database_can_hold_is_left_out(unwanted: int) -> None:
    cleaned = clean(f"before{chr(unwanted)}after")
    assert cleaned == "beforeafter"
    assert cleaned.encode("utf-8")


def test_lines_and_tabs_stay() -> None:
    assert clean("one\r\ntwo\rthree\n\tfour") == "one\ntwo\nthree\n\tfour"


def test_text_is_composed() -> None:
    assert clean("S\u030caljska e\u0308") == "Šaljska ë"


def test_letters_signs_and_both_scripts_stay() -> None:
    text = "Çelik & Шаљска – 12 € 😀"
    assert clean(text) == text


def test_one_line_is_one_line() -> None:
    assert one_line("  two \r\n lines\u00a0and\tmore ") == "two lines and more"

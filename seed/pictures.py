"""Small drawings of halls, land, offices and storage in teal and sand; they stand where a real firm shows photos."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

from PIL import Image, ImageDraw

WIDTH, HEIGHT, FINE = 900, 600, 2
SKIES = ("#e9f2ef", "#f6efdf", "#dfecea", "#f3ead6")
GROUNDS = ("#d9c9a3", "#cbb98c", "#c3cdb4", "#d6cdb6")
WALLS = ("#0f5c5c", "#2d7a76", "#8a6a2b", "#b99a5b")
DARK, LIGHT, PALE = "#0a4444", "#f6efdf", "#a9cfc8"

Pen = ImageDraw.ImageDraw
Point = tuple[float, float]


def drawing(chance: random.Random, kind: str) -> bytes:
    """Return a JPEG of 900 x 600 pixels. kind: land, hall, office or storage. The same chance draws the same."""
    image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), chance.choice(SKIES))
    pen = ImageDraw.Draw(image)
    ground = chance.uniform(0.62, 0.7)
    _hills(pen, chance, ground)
    _box(pen, 0, ground, 1, 1, chance.choice(GROUNDS))
    DRAWN[kind](pen, chance, ground)
    drawn = io.BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(drawn, "JPEG", quality=80, optimize=True)
    return drawn.getvalue()


def _box(pen: Pen, left: float, top: float, right: float, bottom: float, colour: str) -> None:
    """Fill a rectangle; all four in shares of width and height."""
    _shape(pen, [(left, top), (right, top), (right, bottom), (left, bottom)], colour)


def _shape(pen: Pen, points: list[Point], colour: str) -> None:
    pen.polygon([(x * WIDTH * FINE, y * HEIGHT * FINE) for x, y in points], fill=colour)


def _hills(pen: Pen, chance: random.Random, ground: float) -> None:
    """Two ridges, the far one paler."""
    for colour, height in (("#cfe0da", 0.28), ("#b4cfc7", 0.17)):
        ridge = [(place / 8, ground - height * chance.uniform(0.45, 1)) for place in range(9)]
        _shape(pen, [(0, ground), *ridge, (1, ground)], colour)


def _hall(pen: Pen, chance: random.Random, ground: float) -> None:
    """A hall with a row of roofs, windows under them and doors."""
    left, right, top = chance.uniform(0.08, 0.16), chance.uniform(0.84, 0.92), ground - chance.uniform(0.2, 0.26)
    bottom = ground + 0.06
    _box(pen, left, top, right, bottom, chance.choice(WALLS))
    roofs = chance.choice((1, 3, 4))
    span = (right - left) / roofs
    for place in range(roofs):
        edge = left + place * span
        peak = edge + span * (0.5 if roofs == 1 else 0.12)
        _shape(pen, [(edge, top), (peak, top - 0.11), (edge + span, top)], DARK)
    for place in range(12):
        begin = left + (right - left) * (place + 0.2) / 12
        _box(pen, begin, top + 0.035, begin + (right - left) * 0.05, top + 0.08, PALE)
    doors = chance.choice((2, 3))
    for place in range(doors):
        begin = left + (right - left) * (place + 0.3) / doors
        _box(pen, begin, bottom - 0.15, begin + 0.1, bottom, LIGHT)
        for line in range(3):
            _box(pen, begin, bottom - 0.115 + line * 0.04, begin + 0.1, bottom - 0.11 + line * 0.04, "#d9c9a3")


def _land(pen: Pen, chance: random.Random, ground: float) -> None:
    """Fields that run to the horizon, a track, a few trees."""
    strips = chance.randrange(5, 9)
    colours = ("#c3cdb4", "#d9c9a3", "#a8bf9f", "#cbb98c", "#b7c9a8")
    for place in range(strips):
        begin, end = place / strips, (place + 1) / strips
        far = (0.3 + begin * 0.4, 0.3 + end * 0.4)
        field = [(far[0], ground), (far[1], ground), (end * 1.6 - 0.3, 1.0), (begin * 1.6 - 0.3, 1.0)]
        _shape(pen, field, colours[(place + chance.randrange(2)) % len(colours)])
    track = chance.uniform(0.35, 0.6)
    _shape(pen, [(track, ground), (track + 0.012, ground), (track + 0.2, 1), (track + 0.06, 1)], LIGHT)
    for _ in range(chance.randrange(3, 7)):
        x, size = chance.uniform(0.04, 0.96), chance.uniform(0.03, 0.06)
        _box(pen, x - 0.004, ground - size * 0.4, x + 0.004, ground + 0.01, "#8a6a2b")
        _shape(pen, [(x - size * 0.5, ground - size * 0.3), (x, ground - size * 2.2), (x + size * 0.5, ground - size * 0.3)], "#2d7a76")  # fmt: skip


def _office(pen: Pen, chance: random.Random, ground: float) -> None:
    """A building of some floors with a door in the middle."""
    left, right = chance.uniform(0.2, 0.28), chance.uniform(0.72, 0.8)
    floors, windows = chance.randrange(3, 5), chance.randrange(6, 9)
    top, bottom = ground - 0.12 * floors, ground + 0.05
    _box(pen, left, top, right, bottom, chance.choice(WALLS))
    _box(pen, left - 0.012, top - 0.02, right + 0.012, top, DARK)
    for floor in range(floors):
        for place in range(windows):
            begin = left + (right - left) * (place + 0.22) / windows
            high = top + 0.03 + floor * 0.115
            colour = LIGHT if chance.random() < 0.3 else PALE
            _box(pen, begin, high, begin + (right - left) * 0.56 / windows, high + 0.065, colour)
    middle = (left + right) / 2
    _box(pen, middle - 0.035, bottom - 0.072, middle + 0.035, bottom, LIGHT)


def _storage(pen: Pen, chance: random.Random, ground: float) -> None:
    """A low store with shelves behind an open front."""
    left, right, top, bottom = 0.1, 0.9, ground - 0.24, ground + 0.08
    _shape(pen, [(left - 0.03, top), (left, top - 0.07), (right, top - 0.07), (right + 0.03, top)], DARK)
    _box(pen, left, top, right, bottom, chance.choice(WALLS))
    _box(pen, left + 0.03, top + 0.04, right - 0.03, bottom, "#e8dfc8")
    for shelf in range(3):
        high = top + 0.12 + shelf * 0.085
        place = left + 0.05
        while place < right - 0.12:
            wide = chance.uniform(0.03, 0.07)
            tall = chance.uniform(0.03, 0.062)
            _box(pen, place, high - tall, place + wide, high, chance.choice((*WALLS, PALE, "#d9c9a3")))
            place += wide + chance.uniform(0.006, 0.02)
        _box(pen, left + 0.03, high, right - 0.03, high + 0.008, DARK)


DRAWN: dict[str, Callable[[Pen, random.Random, float], None]] = {
    "land": _land,
    "hall": _hall,
    "office": _office,
    "storage": _storage,
}

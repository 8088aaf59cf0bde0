"""A version is kept as plain numbers; what does not fit is refused with a reason (matching MA3)."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from skops.io import dumps

from matching import FEATURES, default_model, saving
from matching.learning import train
from matching.saving import Unfit, content_of, load, pack, save, unpack
from tests.matching.pairs import invented


def test_a_version_comes_back_as_it_was() -> None:
    model = train(invented(), version="7")
    kept = save(model, fingerprint="f", card={"gold": {"accuracy": 0.9, "by": ["sq", None]}})
    back = load(kept)
    numbers = invented(seed=2).numbers
    assert np.array_equal(back.ranker.decision_function(numbers), model.ranker.decision_function(numbers))
    assert np.array_equal(back.calibrator.chances(np.linspace(0, 2, 5)), model.calibrator.chances(np.linspace(0, 2, 5)))
    assert back.shortlist.size(np.linspace(1, 0, 20)) == model.shortlist.size(np.linspace(1, 0, 20))
    content = content_of(kept)
    assert (content["version"], content["fingerprint"], content["card"]["gold"]["by"]) == ("7", "f", ["sq", None])
    assert {"numpy", "scikit-learn", "skops"} <= set(content["packages"])


def test_damaged_and_foreign_bytes_are_refused() -> None:
    kept = save(default_model(), fingerprint="", card={})
    for bad in (b"", b"nonsense", kept[:-30], kept[: len(kept) // 2], dumps([1, 2]), dumps({"form": 1})):
        with pytest.raises(Unfit):
            load(bad)
    with pytest.raises(Unfit, match="foreign types"):
        load(dumps({"x": default_model().ranker}))
    with pytest.raises(Unfit, match="too large"):
        load(b"0" * (saving.LARGEST + 1))


def test_an_archive_whose_plan_was_changed_is_refused() -> None:
    kept = save(default_model(), fingerprint="", card={})
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(kept)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace(b'"features"', b'"fxatures"') if name == "schema.json" else content)
    with pytest.raises(Unfit):
        load(changed.getvalue())


def test_other_features_and_other_releases_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = save(default_model(), fingerprint="", card={})
    monkeypatch.setattr(saving, "FEATURES", (*FEATURES, "smell"))
    with pytest.raises(Unfit, match="smell"):
        load(kept)
    monkeypatch.undo()
    monkeypatch.setattr(saving, "version_of", lambda name: "99.0")
    with pytest.raises(Unfit, match=r"99\.0"):
        load(kept)


def test_the_graded_set_comes_back() -> None:
    pairs = invented(cases=5)
    back = unpack(pack(pairs))
    assert np.allclose(back.numbers, pairs.numbers, atol=1e-6)
    assert np.array_equal(back.grades, pairs.grades)
    assert [row.language for row in back.ordered] == [row.language for row in pairs.ordered]
    with pytest.raises(Unfit):
        unpack(b"nonsense")

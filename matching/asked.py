"""An inquiry ready to be compared: its lines, its words and its classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.encoders import Vectors
from matching.facts import InquiryFacts


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is compared with firms.

    lines: of the inquiry, the whole text last; vectors: of the lines, centred, shape (lines, dimensions); classes: how
    well the inquiry meets each class, shape (classes,); predicted: the likeliest codes, best first.
    """

    facts: InquiryFacts
    lines: list[str]
    vectors: Vectors
    classes: NDArray[np.float32]
    predicted: list[str]

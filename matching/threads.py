"""Threads for work that runs outside the interpreter's lock: one pool a process, made at first use and anew after a fork."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

Part = TypeVar("Part")
Result = TypeVar("Result")


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def together(act: Callable[[Part], Result], parts: Iterable[Part]) -> list[Result]:
    """Return what act gives for each part, in their order, worked on by all processors. act may not call this itself."""
    return list(_pool().map(act, parts))


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(processors(), thread_name_prefix="matching")


# A fork takes no threads along: the child makes its own.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)

"""How long the present request has searched."""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from time import perf_counter
from typing import ParamSpec, TypeVar

_spent: ContextVar[float | None] = ContextVar("spent", default=None)

P = ParamSpec("P")
R = TypeVar("R")


def timed(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function that adds what it takes to what is spent."""

    @wraps(function)
    def measured(*args: P.args, **kwargs: P.kwargs) -> R:
        began = perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            _spent.set((_spent.get() or 0) + perf_counter() - began)

    return measured


def spent() -> float | None:
    """Return the seconds since `forget`; None if nothing was searched."""
    return _spent.get()


def forget() -> None:
    """Begin anew."""
    _spent.set(None)

"""Less memory for a process that lives long with many threads."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

ARENAS, LARGE = -8, -3  # M_ARENA_MAX, M_MMAP_THRESHOLD of malloc.h
TEST_CLIENT = "django.test"


def thrifty() -> None:
    """One arena instead of one a thread (Python lets one thread at a time allocate anyway), and large pieces (passwords
    at work, uploads) given back at once. On the C library of Linux only; nothing elsewhere."""
    import ctypes

    try:
        mallopt = ctypes.CDLL("libc.so.6").mallopt
    except (OSError, AttributeError):
        return
    mallopt(ARENAS, 1)
    mallopt(LARGE, 1 << 18)


@contextmanager
def without_test_client() -> Iterator[None]:
    """While Django Ninja is loaded: its settings ask `django.test.signals` for a signal, and that package would load
    Django's test client with unittest, a web server and template engines, 4 MiB of a process that tests nothing. The
    module of the signal is the real one; the package itself stays to be loaded by whoever wants it."""
    import django

    if TEST_CLIENT in sys.modules:
        yield
        return
    stand_in = ModuleType(TEST_CLIENT)
    stand_in.__path__ = [str(Path(django.__file__).parent / "test")]
    sys.modules[TEST_CLIENT] = stand_in
    try:
        yield
    finally:
        if sys.modules.get(TEST_CLIENT) is stand_in:
            del sys.modules[TEST_CLIENT]

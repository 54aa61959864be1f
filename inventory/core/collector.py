"""Python's collector of cyclic garbage rests while many small objects are made that all live on: looking through them
again and again costs a third."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def resting() -> Iterator[None]:
    """No garbage collection inside this block, where nobody else can mind: it is a setting of the whole process, so a
    server with threads is left alone."""
    alone = threading.active_count() == 1 and threading.current_thread() is threading.main_thread()
    was_on = alone and gc.isenabled()
    if was_on:
        gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()

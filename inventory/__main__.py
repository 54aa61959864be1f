"""`inventory` and `python -m inventory`: the command line."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line. Exit status: 0 done, 1 the input has problems (all listed), 2 wrong use."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy loads: its threads only slow the small products of Monte Carlo
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a cp936 or ASCII console must never stop a run: what it cannot show is replaced
            stream.reconfigure(errors="replace")
    from .cli.app import app

    app()


if __name__ == "__main__":
    main()

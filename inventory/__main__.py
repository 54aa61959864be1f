"""`inventory` and `python -m inventory`: the command line."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line. Exit status: 0 done, 1 the input has problems (all listed), 2 wrong use."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a cp936 or ASCII console must never stop a run: what it cannot show is replaced
            stream.reconfigure(errors="replace")
    from .cli.app import app

    app()


if __name__ == "__main__":
    main()

"""`inventory` and `python -m inventory`: the command line."""

from __future__ import annotations

import sys

from .core.executors import prepare_process


def main() -> None:
    """Run the command line. Exit status: 0 done, 1 the input has problems (all listed), 2 wrong use."""
    # before numpy loads, whose threads only slow the small products of Monte Carlo; and a filing is a hundred thousand
    # small objects that live to the end: looking through them costs a fifth of the run
    prepare_process()
    from .console.streams import prepare

    for stream in (sys.stdout, sys.stderr):
        prepare(stream)
    from .cli.app import app
    from .console.usage import run

    run(app)


if __name__ == "__main__":
    main()

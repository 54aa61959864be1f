"""A yearbook table of all provinces in the folder of one: its other rows would become inventories of their own, with
everything that they lack asked for."""

from __future__ import annotations

import numpy as np

from ..core.activity import Project
from ..core.edition import Edition
from ..core.problems import Collector

SHARE = 0.8  # of the data: from there on a project is one province's


def report_other_provinces(project: Project, edition: Edition, problems: Collector) -> None:
    """An error for provinces whose few figures stand only in files that list the project's own province too."""
    columns = project.columns
    codes, counts = np.unique(columns.region, return_counts=True)
    if len(codes) < 2 or counts.max() < SHARE * counts.sum():
        return
    main = int(codes[counts.argmax()])
    names = [columns.regions[c] for c in codes.tolist()]
    if not set(names) <= edition.vocabulary.get("region", {}).keys():
        return  # cities and counties below it
    strays = np.flatnonzero(columns.region != main).tolist()
    files = {columns.origin(i).file for i in strays}
    own = {columns.origin(i).file for i in np.flatnonzero(columns.region == main).tolist()}
    if files < own:
        problems.add(
            "project.other_provinces",
            columns.origin(strays[0]),
            region=columns.regions[main],
            others="、".join(n for n in names if n != columns.regions[main]),
            count=len(strays),
        )

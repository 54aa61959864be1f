"""The reading side: sheets of people -> activity data and problems, all at once.

`read_project(paths, edition)` is the entry for the command line and the API.
"""

from .project import read_project

__all__ = ["read_project"]

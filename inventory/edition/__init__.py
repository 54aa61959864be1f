"""Editions: everything that belongs to one guideline, read from its folder through one manifest.

edition = load("prov2011")            # or the folder of your own
rows(edition, KeyName)                # a table of the edition, typed
"""

from .build import default, load
from .parts import rows, texts
from .source import available, locate, manifest_of

__all__ = ["available", "default", "load", "locate", "manifest_of", "rows", "texts"]

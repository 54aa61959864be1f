"""定稿: the final set of an inventory as one archive with a short code, and its verification by recomputing everything.

`manifest` knows what an archive holds and how its code is made; `freeze` writes one; `verify` opens one, recomputes it
and compares.
"""

from .freeze import freeze
from .manifest import FilingSettings
from .verify import Item, Verification, verify

__all__ = ["FilingSettings", "Item", "Verification", "freeze", "verify"]

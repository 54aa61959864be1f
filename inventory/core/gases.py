"""Groups of gases as the forms print them: HFCs and PFCs are headings over several gases."""

from __future__ import annotations

GROUPS: dict[str, tuple[str, ...]] = {
    "HFCs": ("HFC-",),
    "PFCs": ("CF4", "C2F6", "C3F8", "c-C4F8", "C4F10", "C5F12", "C6F14"),
}


def group_of(gas: str) -> str:
    """The heading a gas stands under: HFC-23 -> HFCs, CF4 -> PFCs, any other its own."""
    return next((name for name, starts in GROUPS.items() if gas.startswith(starts)), gas)

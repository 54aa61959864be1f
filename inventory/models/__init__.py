"""What a person may enter, as pydantic models: used at the edge only, frozen dataclasses inside."""

from .rows import ActivityRow, CheckRow, ChoiceRow, FactorRow

__all__ = ["ActivityRow", "CheckRow", "ChoiceRow", "FactorRow"]

"""What a person may enter, as pydantic models: used at the edge only, frozen dataclasses inside."""

from .rows import BulkRow, CheckRow, ChoiceRow, OwnFactorRow

__all__ = ["BulkRow", "CheckRow", "ChoiceRow", "OwnFactorRow"]

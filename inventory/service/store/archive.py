"""What was collected before the service: enterprises' workbooks and collection databases become reports of a round.

Nothing is accepted by being imported: a workbook becomes a draft that its firm signs; a report of an old database keeps
its standing only where the old office had accepted it, and the log says so."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from inventory.core.problems import InventoryError
from inventory.enterprise.filed import filed_of
from inventory.enterprise.identity import folded
from inventory.enterprise.standing import COUNTED, standings
from inventory.enterprise.store import ACCEPTED, opened
from inventory.reading.cells import Sheet, Unreadable

from ..domain.roles import Level
from ..domain.states import EDITABLE, State
from ..shared.texts import text
from . import acts, kinds, verdicts
from .chain import record
from .models import Organisation, Person, Report, Round, Version
from .verdicts import Draft

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".et", ".ods")

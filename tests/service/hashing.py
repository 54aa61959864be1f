"""Passwords of the checks: the service's own way in a measure that costs nothing; some hundred logins go through it."""

from __future__ import annotations

from inventory.service.shared.hashers import Argon2id


class QuickArgon2id(Argon2id):
    time_cost = 1
    memory_cost = 8  # KiB

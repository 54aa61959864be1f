"""How passwords are kept: Argon2id in the measure that OWASP's password storage page gives (19 MiB, two passes, one
lane), one at a time in a process. Django's own measure takes 100 MiB for each login at work; eight at once would take
the memory of eight processes."""

from __future__ import annotations

import threading

from django.contrib.auth.hashers import Argon2PasswordHasher

_ONE_AT_A_TIME = threading.Semaphore(1)


class Argon2id(Argon2PasswordHasher):
    """Hashes with other measures are still verified: they carry their own."""

    time_cost = 2
    memory_cost = 19 * 1024  # KiB
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with _ONE_AT_A_TIME:
            encoded: str = super().encode(password, salt)
        return encoded

    def verify(self, password: str, encoded: str) -> bool:
        with _ONE_AT_A_TIME:
            right: bool = super().verify(password, encoded)
        return right

"""How passwords are kept: Argon2id in one of the measures that OWASP's password storage page gives as equally strong (7
MiB, five passes, one lane), one at a time in a process: memory is what a serving process has least of. Django's own
measure takes 100 MiB for each login at work; eight at once would take the memory of eight processes."""

from __future__ import annotations

import threading

from django.contrib.auth.hashers import Argon2PasswordHasher

_ONE_AT_A_TIME = threading.Semaphore(1)


class Argon2id(Argon2PasswordHasher):
    """Hashes with other measures are still verified, since they carry their own, and made anew at the next login."""

    time_cost = 5
    memory_cost = 7 * 1024  # KiB
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with _ONE_AT_A_TIME:
            encoded: str = super().encode(password, salt)
        return encoded

    def verify(self, password: str, encoded: str) -> bool:
        with _ONE_AT_A_TIME:
            right: bool = super().verify(password, encoded)
        return right

"""Write a file so that an older one is replaced only when the new one is complete, and say in words when it cannot be
written.

The one way in which this program writes a file: beside the target, pushed to the disk, then put in its place. Nobody
sees half a file, not even after a power cut. What an earlier run that was killed left behind is removed.
"""

from __future__ import annotations

import os
import socket
import stat
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

from .names import printable
from .problems import InventoryError, Origin, problem
from .systems import LONGEST, held_elsewhere, refused_name, too_long

# seconds after which a temporary file of another machine is taken for one that nobody will finish
STALE_AFTER = 24 * 3600

HELD_BY_ANOTHER = {
    "zh": "文件正在被另一个程序（如 Excel、WPS）打开，或没有写权限",
    "en": "another program (Excel, WPS) has the file open, or there is no permission to write it",
}

_noting: ContextVar[list[Path] | None] = ContextVar("noting", default=None)


@contextmanager
def noting_written() -> Iterator[list[Path]]:
    """The files that are written inside this block, as they are finished: a message about a failure can then say what
    stands already."""
    noted: list[Path] = []
    token = _noting.set(noted)
    try:
        yield noted
    finally:
        _noting.reset(token)


@contextmanager
def replacing(path: Path | str, code: str = "output.not_writable") -> Iterator[Path]:
    """An empty temporary file beside `path` to write to; it takes the place of `path` when the block ends without an
    exception.

    The new file keeps the permission bits of the one it replaces; a symbolic link stays a link and its target is
    replaced. Whatever happens, no temporary file stays behind. Raises `InventoryError` (with `code`) when the place
    cannot be written: a missing folder, no permission, a full disk, a file that Excel holds open.
    """
    given = Path(path)
    temporary: Path | None = None
    if os.name == "nt":
        _refuse_for_windows(given)
    try:
        target = Path(os.path.realpath(given)) if given.is_symlink() else given
        special = target.exists() and not target.is_file()
        if special and target.is_dir():
            raise IsADirectoryError(21, "是一个文件夹 / is a folder")
        folder = Path(tempfile.gettempdir()) if special else target.parent
        _remove_stale(folder, target)
        handle, name = tempfile.mkstemp(prefix=_prefix(target) + _writer(), suffix=".tmp", dir=folder)
        os.close(handle)  # Windows lets nobody else write to an open file
        temporary = Path(name)
        yield temporary
        if special:  # a pipe or a device cannot be replaced, only written to
            target.write_bytes(temporary.read_bytes())
            return
        _take_over_rights(temporary, target)
        _push_to_disk(temporary)
        os.replace(temporary, target)
        _push_folder(folder)
        noted = _noting.get()
        if noted is not None:
            noted.append(given)
    except OSError as error:
        raise InventoryError([problem(code, Origin(printable(str(given))), reason=reason_of(error))]) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def reason_of(error: OSError, name: str = os.name) -> object:
    """Why the system refused a file, in words: a file that Excel or WPS has open is named as that, in both
    languages."""
    if held_elsewhere(error, name):
        return HELD_BY_ANOTHER
    return printable(error.strerror or str(error))


def _refuse_for_windows(path: Path, name: str = "nt") -> None:
    """What Windows would write to a device, under another name, or not at all, is said before it happens."""
    problems = []
    if refused_name(path.name):
        problems.append(problem("output.reserved", Origin(printable(str(path))), name=printable(path.name)))
    absolute = os.path.abspath(path)
    if too_long(absolute, name):
        problems.append(problem("output.too_long", Origin(printable(str(path))), length=len(absolute), longest=LONGEST))
    if problems:
        raise InventoryError(problems)


def write_bytes(path: Path | str, content: bytes, code: str = "output.not_writable") -> None:
    """Write a whole file that way. Raises `InventoryError` when the place cannot be written."""
    with replacing(path, code) as temporary:
        temporary.write_bytes(content)


def _prefix(target: Path) -> str:
    """Temporary files of this target, and only of it, begin so. The name is cut, because a file name has at most 255
    bytes."""
    return f".{target.name[:24]}-{zlib.crc32(os.fsencode(target.name)):08x}-"


def _writer() -> str:
    """Machine and process, so that a later run knows whether anybody still writes."""
    return f"{zlib.crc32(socket.gethostname().encode()):08x}-{os.getpid()}-"


def _remove_stale(folder: Path, target: Path) -> None:
    """Remove the temporary files of this target whose process is gone (on this machine), or that are a day old."""
    prefix = _prefix(target)
    machine = _writer().split("-")[0]
    with suppress(OSError):
        for name in os.listdir(folder):
            if not (name.startswith(prefix) and name.endswith(".tmp")):
                continue
            host, _, rest = name.removeprefix(prefix).partition("-")
            process = rest.partition("-")[0]
            with suppress(OSError):
                here = host == machine and process.isdigit()
                if (here and not _alive(int(process))) or time.time() - os.stat(folder / name).st_mtime > STALE_AFTER:
                    os.unlink(folder / name)


def _alive(process: int) -> bool:
    """Whether a process of this number runs here. On Windows nobody asks (a signal would end it): its files go by
    age."""
    if os.name == "nt":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _take_over_rights(temporary: Path, target: Path) -> None:
    """Permission bits of the file that is replaced; for a new one those of an ordinary file (mkstemp makes files for
    the owner alone)."""
    try:
        old = os.stat(target)
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        return
    with suppress(OSError, AttributeError):
        if (old.st_uid, old.st_gid) != (os.getuid(), os.getgid()):
            os.chown(temporary, old.st_uid, old.st_gid)
    temporary.chmod(stat.S_IMODE(old.st_mode))


def _push_to_disk(path: Path) -> None:
    with path.open("r+b") as stream:
        os.fsync(stream.fileno())


def _push_folder(folder: Path) -> None:
    """The new name itself, where the system lets one push a folder (not on Windows)."""
    if os.name == "nt":
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def guard_outputs(
    outputs: Iterable[Path | str], inputs: Iterable[Path | str], ours: Callable[[Path], bool] = lambda path: False
) -> None:
    """Raises `InventoryError` when an output would replace an input, or two outputs each other.

    An output may lie in an input folder, but not on a file that this folder holds already, unless it is one that we
    wrote ourselves (`ours`).
    """
    given = [Path(p) for p in inputs]
    overwritten = []
    seen: list[Path] = []
    for output in map(Path, outputs):
        hit = next(
            (p for p in given if _same(p, output) or (_holds(p, output) and output.is_file() and not ours(output))),
            None,
        )
        if hit is not None:
            overwritten.append(problem("output.is_input", Origin(printable(str(output))), input=printable(str(hit))))
        if any(_same(output, other) for other in seen):
            overwritten.append(problem("output.twice", Origin(printable(str(output)))))
        seen.append(output)
    if overwritten:
        raise InventoryError(overwritten)


def _same(a: Path, b: Path) -> bool:
    try:
        return os.path.samefile(a, b)
    except (OSError, ValueError):
        return os.path.realpath(a) == os.path.realpath(b)


def _holds(folder: Path, path: Path) -> bool:
    """Whether `path` lies directly in this folder or below it."""
    return folder.is_dir() and Path(os.path.realpath(folder)) in Path(os.path.realpath(path)).parents

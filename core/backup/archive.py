"""The archive: a tar file with the database, the people's files, and last a manifest with the SHA-256 of each.

The manifest comes last, so that an archive that was cut off has none. It is not compressed: pictures, PDF and the
database's dump are already.
"""

import hashlib
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from io import BufferedReader, BytesIO, RawIOBase
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from core.backup import NotPossible

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database"
MEDIA = "media/"
_CHUNK = 1024 * 1024
_NO_BACKUP = "This is no backup, or not a whole one"


@dataclass
class Manifest:
    """What an archive says of itself. ``files`` is name → SHA-256; ``migrations`` are those the database had."""

    made_at: str
    vendor: str
    versions: dict[str, str]
    migrations: list[str]
    files: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def media(self) -> list[str]:
        """The names of the people's files."""
        return [name for name in self.files if name.startswith(MEDIA)]


class _Counted(RawIOBase):
    """Reads through to a file and remembers the SHA-256 of what was read."""

    def __init__(self, file: BinaryIO):
        self.file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self.file.read(size)
        self.digest.update(chunk)
        return chunk


def write(target: Path, manifest: Manifest, database: Path, media: Path) -> None:
    """Writes the archive; ``manifest.files`` is filled on the way. Raises OSError when the disk does not take it."""
    with target.open("xb") as file, tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        _add(tar, manifest, DATABASE, database)
        for path in sorted(media.rglob("*")):
            if path.is_file() and not path.is_symlink():
                _add(tar, manifest, MEDIA + path.relative_to(media).as_posix(), path)
        words = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
        tar.addfile(_header(MANIFEST, len(words)), BytesIO(words))


def _header(name: str, size: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mode = size, 0o600
    return header


def _add(tar: tarfile.TarFile, manifest: Manifest, name: str, path: Path) -> None:
    try:
        file = path.open("rb")
    except FileNotFoundError:  # a file that nobody keeps any more went while we were under way
        return
    with file:
        counted = _Counted(file)
        header = _header(name, os.fstat(file.fileno()).st_size)
        tar.addfile(header, counted)
        manifest.files[name] = counted.digest.hexdigest()


def verify(source: Path) -> Manifest:
    """Reads the whole archive and holds every file against its SHA-256.

    Raises:
        NotPossible: for anything that is not a whole and unchanged backup.
    """
    found: dict[str, str] = {}
    manifest = None
    with _members(source) as members:
        for name, file in members:
            if name == MANIFEST:
                manifest = _read_manifest(file.read())
            else:
                found[name] = hashlib.file_digest(file, "sha256").hexdigest()
    if manifest is None or DATABASE not in manifest.files:
        raise NotPossible(f"{_NO_BACKUP}: {source} has no manifest.")
    wrong = sorted(name for name in found.keys() | manifest.files.keys() if found.get(name) != manifest.files.get(name))
    if wrong:
        raise NotPossible(f"{len(wrong)} files of the backup are missing or were changed, first {wrong[0]}.")
    return manifest


def unpack(source: Path, database: Path, media: Path) -> None:
    """Puts the database's copy and the people's files into place; for an archive that was verified.

    Raises:
        NotPossible: when the archive cannot be read any more.
        OSError: when the disk does not take it.
    """
    with _members(source) as members:
        for name, file in members:
            if name == DATABASE:
                _put(file, database)
            elif name.startswith(MEDIA):
                _put(file, media / name.removeprefix(MEDIA))


@contextmanager
def _members(source: Path) -> Iterator[Iterator[tuple[str, BufferedReader]]]:
    """Name and content of every file, in the order of the archive. Raises NotPossible, also while they are read."""
    try:
        file = source.open("rb")
    except OSError as problem:
        raise NotPossible(f"{_NO_BACKUP}: {source}: {problem.strerror}.") from problem
    try:
        with file, tarfile.open(fileobj=file, mode="r:") as tar:
            yield ((header.name, _content(tar, header)) for header in tar)
    except tarfile.TarError as problem:
        raise NotPossible(f"{_NO_BACKUP}: {source}: {problem}.") from problem


def _content(tar: tarfile.TarFile, header: tarfile.TarInfo) -> BufferedReader:
    # No name may lead out of the folder it is meant for.
    path = PurePosixPath(header.name)
    is_media = header.name.startswith(MEDIA) and ".." not in path.parts and path.name != ""
    is_ours = header.isreg() and (header.name in (MANIFEST, DATABASE) or is_media)
    file = tar.extractfile(header) if is_ours else None
    if file is None:
        raise NotPossible(f"{_NO_BACKUP}: {header.name!r} does not belong into one.")
    return cast(BufferedReader, file)


def _read_manifest(words: bytes) -> Manifest:
    try:
        values = json.loads(words)
        if values["format"] != FORMAT:
            raise NotPossible(f"The backup has the format {values['format']}; this program reads {FORMAT}.")
        return Manifest(**values)
    except (ValueError, TypeError, KeyError) as problem:
        raise NotPossible(f"{_NO_BACKUP}: its manifest cannot be read.") from problem


def _put(file: BinaryIO, target: Path) -> None:
    """Complete or not at all: under another name first."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.part")
    with draft.open("wb") as copy:
        while chunk := file.read(_CHUNK):
            copy.write(chunk)
    draft.replace(target)

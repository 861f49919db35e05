"""What can be said of a file before it is opened, and so before it is sent: one source for server and browser."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.file_types import FileType

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class FileRules:
    """How large a file may be (bytes) and of which kinds, with the sentences for what is not.

    ``too_large`` has places for ``size`` and ``largest``, both in MB.
    """

    largest: int
    kinds: Sequence[FileType]
    empty: Any
    too_large: Any
    other_kind: Any

    def size_refused(self, size: int) -> str:
        """The sentence about a file of so many bytes; empty when it can be taken."""
        if not size:
            return str(self.empty)
        return str(self.too_large) % self._in_megabytes(f"{size / MEGABYTE:.1f}") if size > self.largest else ""

    def attributes(self) -> dict[str, str]:
        """The same for the file field of a page, see ``static/js/files.js``."""
        return {
            "data-largest": str(self.largest),
            "data-extensions": " ".join(extension for kind in self.kinds for extension in kind.extensions),
            "data-empty": str(self.empty),
            "data-too-large": str(self.too_large) % self._in_megabytes("{size}"),
            "data-other-kind": str(self.other_kind),
        }

    def _in_megabytes(self, size: str) -> dict[str, object]:
        return {"size": size, "largest": self.largest // MEGABYTE}

"""A message queue in a folder, for sites that run on one machine without Redis.

kombu's filesystem transport, with three differences. A message appears under its name only when it is complete: a
worker that reads one half written ends. It goes straight to the queue of its routing key: kombu holds a queue for bound
a moment before the file of bindings says so, and drops what is sent in between. And all stays in one folder that only
the site's own user can read.
"""

import os
import uuid
from pathlib import Path
from queue import Empty
from time import time_ns

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads

_PRIVATE = 0o700


class Channel(filesystem.Channel):
    """Messages as files ``<time>_<unique>.<queue>.msg``; whoever removes a file has taken its message."""

    @property
    def folder(self) -> Path:
        return Path(self.transport_options["folder"])

    @property
    def control_folder(self) -> Path:
        return self.room("control")

    def room(self, name: str) -> Path:
        """One of the rooms ``new`` (being written), ``queue`` and ``control``; made when it is missing."""
        path = self.folder / name
        if not path.is_dir():
            self.folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
            path.mkdir(mode=_PRIVATE, exist_ok=True)
        return path

    def _lookup(self, exchange, routing_key, default=None):
        if self.typeof(exchange).type == "direct":
            return [routing_key]
        return super()._lookup(exchange, routing_key, default)

    def _queue_bind(self, exchange, *args):
        # Nobody else reads the file, and two processes that make it at once trip over it.
        if self.typeof(exchange).type != "direct":
            super()._queue_bind(exchange, *args)

    def _put(self, queue, payload, **kwargs):  # type: ignore[override]  # as kombu's own does
        name = f"{time_ns():020d}_{uuid.uuid4().hex}.{queue}.msg"
        draft = self.room("new") / name
        draft.write_text(dumps(payload))
        draft.rename(self.room("queue") / name)

    def _get(self, queue, timeout=None):
        for name in self._waiting(queue):
            path = self.room("queue") / name
            try:
                text = path.read_text()
                path.unlink()
            except FileNotFoundError:  # another worker was faster
                continue
            return loads(text)
        raise Empty

    def _size(self, queue):
        return len(self._waiting(queue))

    def _purge(self, queue):
        names = self._waiting(queue)
        for name in names:
            (self.room("queue") / name).unlink(missing_ok=True)
        return len(names)

    def _waiting(self, queue) -> list[str]:
        """The names of the queue's messages, the oldest first."""
        return sorted(name for name in os.listdir(self.room("queue")) if name.partition(".")[2] == f"{queue}.msg")


class Transport(filesystem.Transport):
    Channel = Channel

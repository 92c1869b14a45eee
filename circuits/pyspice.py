"""The binding to libngspice through PySpice. No other module imports PySpice.

PySpice 1.5 knows ngspice up to version 34 and judges success by the word "error" in the output; so
this binding takes from it the declarations, the callbacks and the commands, and listens itself.
"""

from __future__ import annotations

import logging
import queue
import time
from typing import TYPE_CHECKING

logging.getLogger("PySpice").addHandler(logging.NullHandler())
logging.getLogger("PySpice").setLevel(logging.CRITICAL + 1)

from PySpice.Spice.NgSpice.Shared import NgSpiceShared, ffi  # noqa: E402 - silenced before it speaks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_MOST_LINES = 1000  # of ngspice's speech per run: the first half and the last half are kept


class Ngspice(NgSpiceShared):  # type: ignore[misc] # PySpice ships no types
    """One libngspice in this process. There can be only one: the library keeps its state in globals.

    Attributes:
        stderr_lines, stdout_lines: what ngspice said since ``forget``.
        exited: whether ngspice gave up for good (out of memory, ``quit``, a fatal error).
    """

    def __init__(self, library: Path, events: queue.SimpleQueue[str]) -> None:
        self.stderr_lines: list[str] = []
        self.stdout_lines: list[str] = []
        self.exited = False
        self._events = events
        self.LIBRARY_PATH = str(library)
        super().__init__()

    def forget(self) -> None:
        """Forget what was said."""
        self.stderr_lines.clear()
        self.stdout_lines.clear()

    def load(self, lines: Sequence[str]) -> bool:
        """Load a deck, its title first and ``.end`` last; return whether ngspice took it."""
        keep = [ffi.new("char[]", line.encode()) for line in lines]
        return self._ngspice_shared.ngSpice_Circ(ffi.new("char *[]", [*keep, ffi.NULL])) == 0

    def command(self, text: str) -> bool:
        """Execute one ngspice command; return whether ngspice accepted it."""
        return self._ngspice_shared.ngSpice_Command(text.encode()) == 0

    def running(self) -> bool:
        """Whether the background run is still under way."""
        return bool(self._ngspice_shared.ngSpice_running())

    def vector(self, name: str) -> memoryview | None:
        """Return a real vector of the current plot without copying it; None where there is none."""
        info = self._ngspice_shared.ngGet_Vec_Info(name.encode())
        if info == ffi.NULL or info.v_realdata == ffi.NULL:
            return None
        return memoryview(ffi.buffer(info.v_realdata, info.v_length * 8)).cast("B").cast("d")

    # The callbacks. They replace PySpice's, which lose the text of errors, fail on text that is not
    # UTF-8 and write to the log. The signatures are fixed by ngspice's sharedspice.h.

    @staticmethod
    def _send_char(message_c: object, _id: int, user_data: object) -> int:
        self = ffi.from_handle(user_data)
        channel, _, text = ffi.string(message_c).decode(errors="replace").partition(" ")
        lines = self.stderr_lines if channel == "stderr" else self.stdout_lines
        lines.append(text)
        if len(lines) > _MOST_LINES:
            del lines[_MOST_LINES // 2]
        self._stdout.append(text)  # PySpice reads the version from here
        return 0

    @staticmethod
    def _exit(status: int, _unload: bool, _quit: bool, _id: int, user_data: object) -> int:  # noqa: FBT001
        self = ffi.from_handle(user_data)
        self.exited = True
        self._events.put("ended")
        return status

    @staticmethod
    def _background_thread_running(not_running: bool, _id: int, user_data: object) -> int:  # noqa: FBT001
        self = ffi.from_handle(user_data)
        self.seconds = time.perf_counter()
        self._events.put("ended" if not_running else "begun")
        return 0

    @staticmethod
    def _send_stat(_message: object, _id: int, _user_data: object) -> int:
        return 0

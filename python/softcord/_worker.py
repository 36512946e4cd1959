"""The process that segments: LibTorch stays out of the one that imports softcord, where another version of it may be."""

from __future__ import annotations

import contextlib
import ctypes
import json
import mmap
import os
import shutil
import signal
import subprocess
import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, NoReturn

from . import _libtorch
from ._images import Image
from .errors import MissingError, SoftCordError, WorkerError, error

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PROTOCOL = 1
_everyone: weakref.WeakSet[Worker] = weakref.WeakSet()


def tool() -> Path:
    """The tool: the one that SOFTCORD names, the wheel's own, or that of the PATH."""
    named = os.environ.get("SOFTCORD")
    if named:
        path = Path(named)
        if not os.access(path, os.X_OK) or path.is_dir():
            raise MissingError(f"{path}: SOFTCORD names no program; set it to the path of softcord, or unset it")
        return path
    own = Path(__file__).parent / "_lib" / "softcord"
    if own.exists():
        return own
    found = shutil.which("softcord")
    if found is None:
        raise MissingError("no softcord was found; install the wheel, or name the tool by SOFTCORD")
    return Path(found)


def _shared_memory() -> int:
    """A descriptor of memory, or of a file without a name, that goes with the last process that has it."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("softcord", os.MFD_CLOEXEC)
    import tempfile

    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


class Worker:
    """A process with a model; started at the first scan, and again after it ended, and in every copy (fork) of this process.

    Parameters
    ----------
    arguments
        Options of the tool: model, device, precision, threads.
    """

    def __init__(self, arguments: list[str]) -> None:
        self._arguments = arguments
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._memory = -1
        self._complaints: Any = None
        _everyone.add(self)

    def segment(
        self, scan: Image, request: dict[str, bool], progress: Callable[[float], None] | None
    ) -> tuple[NDArray[np.float32], NDArray[np.float32] | None, list[str]]:
        """The mask of a scan, the map of uncertainty where the request asks for it, and what there is to know."""
        import numpy as np

        shape = scan.shape
        count = shape[0] * shape[1] * shape[2]
        length = 4 * count * (2 if request["uncertainty"] else 1)
        with self._lock:
            try:
                self._start()
                os.ftruncate(self._memory, length)
                with mmap.mmap(self._memory, length) as memory:
                    first = ctypes.c_char.from_buffer(memory)
                    scan.copy_to(ctypes.addressof(first))
                    del first
                    self._send({"name": scan.name, "shape": shape, "affine": scan.affine.ravel().tolist(), **request})
                    answer = self._answer(progress, scan.name)
                    found = [
                        np.frombuffer(memory, np.float32, count, 4 * start).reshape(shape, order="F").copy(order="F")
                        for start in range(0, length // 4, count)
                    ]
                os.ftruncate(self._memory, 0)
            except SoftCordError as problem:
                if isinstance(problem, WorkerError):
                    self.stop()
                raise
            except BaseException:
                # Interrupted in the middle: what the process says next would be taken for the answer to another scan.
                self.stop()
                raise
        return found[0], found[1] if len(found) > 1 else None, answer["notes"]

    def _start(self) -> None:
        if self._process is not None:
            if self._process.poll() is None:
                return
            self.stop()
        path = tool()
        self._memory = _shared_memory()
        self._complaints = os.fdopen(_shared_memory(), "w+b")
        # A session of its own: Ctrl-C is for this process, which then ends the other one.
        self._process = subprocess.Popen(
            [str(path), "worker", "--memory", str(self._memory), *self._arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            pass_fds=[self._memory],
            env=_libtorch.environment(path),
            start_new_session=True,
        )
        hello = self._line("starting")
        if hello.get("protocol") != _PROTOCOL:
            raise WorkerError(f"{path} is of another version than this package; install both from one wheel")

    def _send(self, request: dict[str, Any]) -> None:
        process = self._process
        assert process is not None and process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # Why it ended is told where its answer is missing.
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()

    def _answer(self, progress: Callable[[float], None] | None, name: str) -> dict[str, Any]:
        while "progress" in (line := self._line(f"segmenting {name}")):
            if progress is not None:
                progress(line["progress"])
        if "status" in line:
            raise error(line["status"], line["message"])
        return line

    def _line(self, task: str) -> dict[str, Any]:
        process = self._process
        assert process is not None and process.stdout is not None
        text = process.stdout.readline()
        if text.endswith(b"\n"):
            line: dict[str, Any] = json.loads(text)
            return line
        self._fail(process.wait(), task)

    def _fail(self, status: int, task: str) -> NoReturn:
        self._complaints.seek(0)
        complaints = self._complaints.read().decode(errors="replace").strip()
        self.stop()
        if status < 0:
            how = f"was ended by {signal.Signals(-status).name}"
            remedy = ", as the system does where memory runs out" if -status == signal.SIGKILL else ""
            raise WorkerError(f"the process that segments {how}{remedy} while {task}; the next call starts another one")
        # The tool's own errors, and those of its options.
        for marker in ("softcord: error: ", "Error: "):
            if marker in complaints:
                raise error(status, complaints.rsplit(marker, 1)[1].splitlines()[0])
        raise WorkerError(f"the process that segments ended with status {status} while {task}: {complaints[-1000:]}")

    @property
    def pid(self) -> int | None:
        """Number of the process; None where none runs."""
        return None if self._process is None else self._process.pid

    def stop(self) -> None:
        """Ends the process; the next scan starts another one."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        self._close(process)

    def _close(self, process: subprocess.Popen[bytes]) -> None:
        for pipe in (process.stdin, process.stdout, self._complaints):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        os.close(self._memory)
        self._memory = -1

    def forget(self) -> None:
        """In a copy of this process: leaves the process to the original."""
        self._lock = threading.Lock()
        process, self._process = self._process, None
        if process is not None:
            # It is no child of this one, which must not wait for it.
            process.returncode = 0
            self._close(process)

    def __del__(self) -> None:
        with contextlib.suppress(Exception):
            self.stop()


def _forget_all() -> None:
    for worker in list(_everyone):
        worker.forget()


os.register_at_fork(after_in_child=_forget_all)

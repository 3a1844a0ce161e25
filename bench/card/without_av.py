"""A machine without PyAV: takes are written as bare frames, and a stand-in lets modules that name it in.

What decodes or encodes is never called then: the clips that are measured follow no picture.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np


def has_av() -> bool:
    """Whether PyAV can be imported here."""
    try:
        return importlib.util.find_spec("av") is not None
    except ValueError:  # the stand-in
        return False


class Named(type):
    """Members of a class that nobody has: their names."""

    def __getattr__(cls, name: str) -> str:
        if name.startswith("__"):
            raise AttributeError(name)
        return f"{cls.__name__}.{name}"


class Absent(metaclass=Named):
    """Whatever of PyAV a module names while it is imported."""

    def __init__(self, *_: Any, **__: Any) -> None:
        raise ModuleNotFoundError("PyAV is not here: bench/gpu.py writes bare frames")


class StandIn(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (Exception,), {}) if name.endswith("Error") else Named(name, (Absent,), {})


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds `av` and all that is in it."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name.partition(".")[0] != "av":
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None: ...


class FrameFile:
    """A take as its frames, one after the other in 8 bits, and its sound in a file beside: no codec."""

    def __init__(self, path: Path, **facts: Any) -> None:
        self._path, self._facts = path, facts

    def __enter__(self) -> FrameFile:
        self._pictures = self._path.open("wb")
        self._sound = self._path.with_suffix(".f32").open("wb")
        return self

    def __exit__(self, *_: object) -> None:
        self._pictures.close()
        self._sound.close()

    def picture(self, rgb: Any) -> None:
        """Add a picture."""
        self._pictures.write(np.ascontiguousarray(rgb, np.uint8).tobytes())

    def sound(self, samples: Any) -> None:
        """Add sound."""
        self._sound.write(np.ascontiguousarray(samples, np.float32).tobytes())


class Probed:
    """What is said of such a file."""

    def __init__(self, path: Path) -> None:
        self.bytes = path.stat().st_size

    def as_json(self) -> dict[str, int]:
        return {"bytes": self.bytes}


def stand_in() -> None:
    """Have all that is imported from now on do without PyAV. Call it before any engine is imported."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "av"]:
        del sys.modules[name]
    sys.meta_path.insert(0, Finder())
    from milimo_tui.media.encode import take_file
    from milimo_tui.media.read import probe

    take_file.TakeWriter = FrameFile  # type: ignore[assignment,misc]
    probe.probe = Probed  # type: ignore[assignment]

"""Support for a machine without PyAV: a stand-in module makes imports of PyAV succeed, and takes are written
as uncompressed frames.

Code that decodes or encodes video is never called, because the measured clips have no input pictures.
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
    """Return True if PyAV can be imported."""
    try:
        return importlib.util.find_spec("av") is not None
    except ValueError:  # The stand-in module raises ValueError.
        return False


class NamedMembers(type):
    """A metaclass that returns the name of a missing class attribute as its value."""

    def __getattr__(cls, name: str) -> str:
        if name.startswith("__"):
            raise AttributeError(name)
        return f"{cls.__name__}.{name}"


class AbsentAvClass(metaclass=NamedMembers):
    """A stand-in for a class of PyAV that other modules mention at import time. Creating an object raises
    ModuleNotFoundError.
    """

    def __init__(self, *_: Any, **__: Any) -> None:
        raise ModuleNotFoundError("PyAV is not here: bench/gpu.py writes bare frames")


class AvStandIn(ModuleType):
    """A stand-in for the module `av`. Every missing attribute is a stand-in class."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return (
            type(name, (Exception,), {})
            if name.endswith("Error")
            else NamedMembers(name, (AbsentAvClass,), {})
        )


class AvStandInFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """An import finder that provides stand-in modules for `av` and its submodules."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name.partition(".")[0] != "av":
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return AvStandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None: ...


class FrameFile:
    """A take stored as uncompressed 8-bit frames, one after the other, with its sound in a second file.
    Replaces the video writer that needs PyAV.
    """

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
        """Append a picture to the file of frames."""
        self._pictures.write(np.ascontiguousarray(rgb, np.uint8).tobytes())

    def sound(self, samples: Any) -> None:
        """Append sound samples to the second file."""
        self._sound.write(np.ascontiguousarray(samples, np.float32).tobytes())


class ProbedFrameFile:
    """The facts about a `FrameFile` that an engine asks for after writing it."""

    def __init__(self, path: Path) -> None:
        self.bytes = path.stat().st_size

    def as_json(self) -> dict[str, int]:
        return {"bytes": self.bytes}


def install_av_stand_in() -> None:
    """Install the stand-in, so that later imports work without PyAV. Call this function before any engine is
    imported.
    """
    for name in [name for name in sys.modules if name.partition(".")[0] == "av"]:
        del sys.modules[name]
    sys.meta_path.insert(0, AvStandInFinder())
    from milimo_tui.media.encode import take_file
    from milimo_tui.media.read import probe

    take_file.TakeWriter = FrameFile  # type: ignore[assignment,misc]
    probe.probe = ProbedFrameFile  # type: ignore[assignment]

"""Support for a machine without PyAV: takes are written as bare frames, and a stand-in module satisfies
imports of PyAV.

Code that decodes or encodes is never called then: the measured clips have no input pictures.
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
    except ValueError:  # raised for the stand-in module
        return False


class NamedMembers(type):
    """A metaclass whose missing members are their own names."""

    def __getattr__(cls, name: str) -> str:
        if name.startswith("__"):
            raise AttributeError(name)
        return f"{cls.__name__}.{name}"


class AbsentAvClass(metaclass=NamedMembers):
    """A class of PyAV that a module names while it is imported. Creating an object raises
    ModuleNotFoundError.
    """

    def __init__(self, *_: Any, **__: Any) -> None:
        raise ModuleNotFoundError("PyAV is not here: bench/gpu.py writes bare frames")


class AvStandIn(ModuleType):
    """A module that stands for PyAV. Every missing attribute is a stand-in class."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return (
            type(name, (Exception,), {})
            if name.endswith("Error")
            else NamedMembers(name, (AbsentAvClass,), {})
        )


class AvStandInFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """An import finder for `av` and its submodules."""

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
    """A take as uncompressed frames in 8 bits, one after the other, with its sound in a second file."""

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


class ProbedFrameFile:
    """The facts of such a file: its size."""

    def __init__(self, path: Path) -> None:
        self.bytes = path.stat().st_size

    def as_json(self) -> dict[str, int]:
        return {"bytes": self.bytes}


def install_av_stand_in() -> None:
    """Make later imports work without PyAV. Must be called before any engine is imported."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "av"]:
        del sys.modules[name]
    sys.meta_path.insert(0, AvStandInFinder())
    from milimo_tui.media.encode import take_file
    from milimo_tui.media.read import probe

    take_file.TakeWriter = FrameFile  # type: ignore[assignment,misc]
    probe.probe = ProbedFrameFile  # type: ignore[assignment]

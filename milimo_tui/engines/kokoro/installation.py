"""Find what Kokoro needs on this machine: a Python with `kokoro-onnx`, the model, and the file of voices."""

from __future__ import annotations

import importlib.util
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

from milimo_tui.core.errors import Damaged, Unavailable
from milimo_tui.core.settings import Settings

LIBRARY = "kokoro_onnx"
INSTALL_HINT = (
    "install it with pip install 'milimo-tui[kokoro]', or set kokoro_python to the Python of another "
    "environment that has kokoro-onnx"
)
FOLDER_HINT = (
    "download kokoro-v1.0.onnx and voices-v1.0.bin from the releases of thewh1teagle/kokoro-onnx into one "
    "folder, then run milimo config set kokoro_folder FOLDER"
)
_MODEL_SUFFIX, _VOICE_SUFFIXES = ".onnx", (".bin", ".npz")
_ARRAY = ".npy"  # The suffix of a voice in the file of the voices.


@dataclass(frozen=True, slots=True)
class KokoroInstallation:
    """The Python that runs Kokoro, and the files of the model and its voices."""

    python: str
    model: Path
    voices: Path


def find_kokoro(settings: Settings) -> KokoroInstallation:
    """Return the installation that the settings name. Raises Unavailable with the next step."""
    model, voices = find_model_files(settings)
    return KokoroInstallation(find_library_python(settings), model, voices)


def find_library_python(settings: Settings) -> str:
    """Return the Python that the settings name, or an empty text for this Python if it has the library. The
    library is not imported. Raises Unavailable.
    """
    if settings.kokoro_python:
        found = shutil.which(str(Path(settings.kokoro_python).expanduser()))
        if not found:
            raise Unavailable(
                f"there is no program {settings.kokoro_python}",
                "milimo config set kokoro_python PATH names the Python that has kokoro-onnx",
            )
        return found
    if importlib.util.find_spec(LIBRARY) is None:
        raise Unavailable("Kokoro needs the library kokoro-onnx", INSTALL_HINT)
    return ""


def find_model_files(settings: Settings) -> tuple[Path, Path]:
    """Return the paths of the model and of the file with its voices. Raises Unavailable."""
    if not settings.kokoro_folder:
        raise Unavailable("the model of Kokoro is not installed", FOLDER_HINT)
    folder = Path(settings.kokoro_folder).expanduser()
    try:
        files = sorted(path for path in folder.iterdir() if path.is_file())
    except OSError as error:
        raise Unavailable(f"the folder {folder} can't be read", FOLDER_HINT) from error
    model = next((path for path in files if path.suffix == _MODEL_SUFFIX), None)
    voices = next((path for path in files if path.suffix in _VOICE_SUFFIXES), None)
    if model is None or voices is None:
        missing = "model (.onnx)" if model is None else "file of voices (.bin or .npz)"
        raise Unavailable(f"the folder {folder} has no {missing}", FOLDER_HINT)
    return model, voices


def list_voice_names(voices: Path) -> tuple[str, ...]:
    """Return the names of the voices in a file, sorted. Raises Damaged."""
    try:
        with zipfile.ZipFile(voices) as file:
            names = file.namelist()
    except (OSError, zipfile.BadZipFile) as error:
        raise Damaged(f"{voices.name} is no file of voices", FOLDER_HINT) from error
    return tuple(sorted(name.removesuffix(_ARRAY) for name in names if name.endswith(_ARRAY)))

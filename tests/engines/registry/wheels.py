"""Build wheels of test distributions and install them by pip into a separate environment that has the
studio's packages. No network is used.
"""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import venv
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HOUSE = Path(__file__).parents[3]
WHEEL = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def build(
    folder: Path, name: str, modules: Mapping[str, str], groups: Mapping[str, Mapping[str, str]]
) -> Path:
    """Write the wheel `NAME_engine-1.0` with these modules and entry points. Return its path."""
    facts = f"{name}_engine-1.0.dist-info"
    lines = []
    for group, entries in groups.items():
        lines += [f"[{group}]", *(f"{entry} = {value}" for entry, value in entries.items()), ""]
    files = {f"{name}_engine/{module}.py": text for module, text in modules.items()}
    files[f"{facts}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}-engine\nVersion: 1.0\n"
    files[f"{facts}/WHEEL"] = WHEEL
    files[f"{facts}/entry_points.txt"] = "\n".join(lines)
    records = [f"{path},{_digest(text)},{len(text.encode())}" for path, text in files.items()]
    files[f"{facts}/RECORD"] = "\n".join([*records, f"{facts}/RECORD,,", ""])
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"{name}_engine-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        for path, text in files.items():
            packed.writestr(path, text)
    return wheel


def packed(source: Path, folder: Path) -> Path:
    """Build the wheel of a distribution's folder with pip, offline: the build tools are installed already."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--no-deps"]
    quiet = ["--no-build-isolation", "--no-index", "-w", str(folder), str(source)]
    subprocess.run([*pip, *quiet], check=True, capture_output=True)
    [wheel] = folder.glob(f"{source.name}*.whl")
    return wheel


def _digest(text: str) -> str:
    found = hashlib.sha256(text.encode()).digest()
    return f"sha256={base64.urlsafe_b64encode(found).rstrip(b'=').decode()}"


@dataclass(frozen=True)
class Environment:
    """A Python environment in `folder` that contains the studio. `install` adds distributions by pip."""

    folder: Path

    @classmethod
    def made(cls, folder: Path) -> Environment:
        venv.EnvBuilder(with_pip=False).create(folder)
        made = cls(folder)
        ours = [path for path in sys.path if path.endswith("site-packages")]
        (made.site / "studio.pth").write_text("\n".join([str(HOUSE), *ours]))
        return made

    @property
    def python(self) -> str:
        return str(self.folder / "bin" / "python")

    @property
    def site(self) -> Path:
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        return self.folder / "lib" / version / "site-packages"

    def install(self, wheel: Path) -> None:
        self._pip("install", "--no-index", "--no-deps", "--no-compile", str(wheel))

    def remove(self, name: str) -> None:
        self._pip("uninstall", "--yes", f"{name}-engine")

    def _pip(self, *words: str) -> None:
        pip = [sys.executable, "-m", "pip", "--python", self.python, "--disable-pip-version-check"]
        subprocess.run([*pip, *words], check=True, capture_output=True)

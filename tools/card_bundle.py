"""A bundle for a GPU machine without a network: `python -m tools.card_bundle FOLDER`.

The bundle has the package, the bench and the wheels that `bench/gpu.py` needs in addition to torch and
transformers, which the machine has. A bundle larger than the machine accepts (`MOST`) is refused. On the
machine:

    for wheel in wheels/*.whl; do python -m zipfile -e $wheel site; done
    export PYTHONPATH=$PWD:$PWD/site
    python bench/gpu.py --small-encoder --scratch /tmp --rows rows.jsonl
"""

from __future__ import annotations

import argparse
import importlib.metadata
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MOST = 64 << 20  # most bytes of files that the machine accepts
TREE = ("milimo_tui", "bench")
PYTHON = "3.12"
PLATFORMS = ("manylinux_2_28_x86_64", "manylinux2014_x86_64", "manylinux_2_17_x86_64")
# Packages that the bench imports and that are not included in Python, torch or transformers.
WHEELS = (
    "diffusers",
    "peft",
    "accelerate",
    "pydantic",
    "pydantic-core",
    "annotated-types",
    "typing-inspection",
    "platformdirs",
)
REQUESTS = ("requests", "urllib3", "idna", "certifi", "charset-normalizer")
# Dependencies of diffusers and peft that the machine may lack.
MORE = ("importlib-metadata", "zipp", "pillow", "psutil", *REQUESTS)


def list_bundle_sources() -> list[Path]:
    """Return the files of the package and the bench that git tracks."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", *TREE], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def download_wheels(folder: Path) -> None:
    """Download the wheels in the versions that are installed here, for the machine's Python."""
    names = [f"{name}=={importlib.metadata.version(name)}" for name in (*WHEELS, *MORE)]
    platforms = [word for platform in PLATFORMS for word in ("--platform", platform)]
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:",
         "--python-version", PYTHON, *platforms, "--dest", str(folder), *names],
        check=True,
    )  # fmt: skip


def measure_folder_size(folder: Path) -> int:
    """Return the bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def main() -> int:
    """Make the folder. Return 1 if it is larger than the machine accepts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="made; refused where it is there")
    options = parser.parse_args()
    folder: Path = options.folder
    if folder.exists():
        print(f"{folder} is there already", file=sys.stderr)
        return 2
    for path in list_bundle_sources():
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    download_wheels(folder / "wheels")
    for name in sorted(path.name for path in folder.iterdir()):
        print(f"{measure_folder_size(folder / name) / 2**20:6.1f} MiB  {name}")
    whole = measure_folder_size(folder)
    print(f"{whole / 2**20:6.1f} MiB of {MOST >> 20}")
    return int(whole > MOST)


if __name__ == "__main__":
    sys.exit(main())

"""Check that each dependency of the light studio has a wheel for a Python version and a system, by pip's own
index.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement

CONSTRAINTS = Path(__file__).resolve().parent.parent / "constraints.txt"
LINUX = ("manylinux_2_28_x86_64", "manylinux_2_27_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64")
MACOS = ("macosx_14_0_arm64", "macosx_12_0_arm64", "macosx_11_0_arm64", "macosx_10_9_universal2")
SYSTEMS = {"Linux": LINUX, "macOS": MACOS}
PYTHONS = ("3.12", "3.13", "3.14")


def list_pinned_versions(python: str = "3.13") -> dict[str, str]:
    """Return every distribution that the light studio needs on a Python version, with its pinned version."""
    lines = (line.strip().partition("==") for line in CONSTRAINTS.read_text().splitlines() if "==" in line)
    versions = {normalise_distribution_name(name): version for name, _, version in lines}
    return {
        name: versions[name]
        for name in sorted(set(_list_needed_distributions("milimo-tui", python)))
        if name in versions
    }


def _list_needed_distributions(name: str, python: str, seen: set[str] | None = None) -> Iterator[str]:
    seen = set() if seen is None else seen
    there = {"extra": "", "python_version": python, "python_full_version": f"{python}.0"}
    for text in requires(name) or ():
        need = Requirement(text)
        found = normalise_distribution_name(need.name)
        if found not in seen and (need.marker is None or need.marker.evaluate(there)):
            seen.add(found)
            yield found
            yield from _list_needed_distributions(found, python, seen)


def normalise_distribution_name(name: str) -> str:
    """Return a distribution's name in the form that indexes use."""
    return re.sub(r"[-_.]+", "-", name).lower()


def is_index_reachable() -> bool:
    """Return True if pip finds a package in its index."""
    return not _dry_run_pip(
        [f"packaging=={list_pinned_versions()['packaging']}"], sys.version.partition(" ")[0], ()
    )


def find_wheel_problem(names: Sequence[str], python: str, system: str) -> str:
    """Return pip's error if one of the distributions `names` has no wheel for this Python version and system.
    Otherwise return an empty string.
    """
    known = list_pinned_versions(python)
    return _dry_run_pip([f"{name}=={known[name]}" for name in names], python, SYSTEMS[system])


def _dry_run_pip(wanted: Sequence[str], python: str, platforms: Sequence[str]) -> str:
    with tempfile.TemporaryDirectory(prefix="milimo-") as folder:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
                *("--dry-run", "--ignore-installed", "--no-deps", "--only-binary=:all:", "--target", folder),
                *("--python-version", python, *(word for each in platforms for word in ("--platform", each))),
                *wanted,
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
    return "\n".join(errors) or "pip failed" if done.returncode else ""

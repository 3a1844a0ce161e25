"""Test that processes do not import Python files from the working folder in which they start, because it may
be untrusted.
"""

from __future__ import annotations

import subprocess
import sys

from tests.front_door import SECONDS, Milimo


def test_supervisor_ignores_python_files_in_the_working_folder(film: Milimo) -> None:
    film.inside("supervisor", "stop", "--now")
    imported = film.cwd / "imported"
    for name in ("json", "ctypes", "sqlite3"):
        code = f"open({str(imported)!r}, 'a').write({name!r})\nraise SystemExit(7)\n"
        (film.cwd / f"{name}.py").write_text(code)
    for word in ("start", "status"):
        done = subprocess.run(
            [sys.executable, "-P", "-m", "milimo_tui.cli.main", "supervisor", word],
            env=film.env,
            cwd=film.cwd,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
    assert not imported.exists()

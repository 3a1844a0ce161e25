"""Test the import of .zip files that no export wrote: each is refused in plain words, and nothing of it
remains.
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from milimo_tui.cli.main import main
from tests.front_door import Milimo, in_environment


def write_zip(target: Path, export: Path, *names: str, method: int = zipfile.ZIP_STORED) -> None:
    """Write a copy of an export with additional entries."""
    with zipfile.ZipFile(export) as source, zipfile.ZipFile(target, "w") as out:
        for item in source.infolist():
            out.writestr(item, source.read(item))
        for name in names:
            out.writestr(zipfile.ZipInfo(name), b"text", method)


@pytest.fixture
def export(film: Milimo) -> Path:
    film.act("project", "export", "film.zip")
    return film.cwd / "film.zip"


@pytest.mark.parametrize(
    "name",
    [
        ".", "..", "./.", "media//a", "/etc/passwd", "media", "renders", "./media", "media/.",
        "media/../../x", "project.db/x", "project.db/.", "media/..", "other.txt", "x/media/a", "~", " ",
        "media/\x1b[31mred", "media/a\nb", f"media/{'a' * 256}", f"media/{'é' * 200}",
        "media/" + "a/" * 60 + "b",
    ],
)  # fmt: skip
def test_entry_with_an_impossible_name_is_refused(film: Milimo, export: Path, name: str) -> None:
    write_zip(film.cwd / "strange.zip", export, name)
    films = set(film.home.glob("projects/*"))
    error = film.inside("project", "import", "strange.zip", "--name", "strange", code=2)["error"]
    assert error["kind"] == "bad_input"
    assert set(film.home.glob("projects/*")) == films


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    "names",
    [
        ("media/a", "media/a"), ("project.db",), ("media/a", "media/a/b"), ("media/a/b", "media/a"),
        ("media/a/b/c", "media/a"),
    ],
)  # fmt: skip
def test_entries_that_contradict_each_other_are_refused(
    film: Milimo, export: Path, names: tuple[str, ...]
) -> None:
    write_zip(film.cwd / "strange.zip", export, *names)
    films = set(film.home.glob("projects/*"))
    error = film.inside("project", "import", "strange.zip", "--name", "strange", code=2)["error"]
    assert error["kind"] == "bad_input"
    assert set(film.home.glob("projects/*")) == films


def test_entry_with_an_unusual_compression_is_refused(film: Milimo, export: Path) -> None:
    for method in (zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2):
        write_zip(film.cwd / "strange.zip", export, "media/a.bin", method=method)
        assert film.inside("project", "import", "strange.zip", code=2)["error"]["kind"] == "bad_input"


def test_entry_with_a_password_is_refused(film: Milimo, export: Path) -> None:
    data = bytearray(export.read_bytes())
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        start = data.find(mark)
        while start >= 0:
            data[start + offset] |= 1
            start = data.find(mark, start + 4)
    (film.cwd / "strange.zip").write_bytes(data)
    error = film.inside("project", "import", "strange.zip", "--name", "strange", code=2)["error"]
    assert error["kind"] == "bad_input"
    assert "ZipInfo" not in error["message"]


def test_zip_that_unpacks_to_a_multiple_of_its_size_is_refused(film: Milimo, export: Path) -> None:
    strange = film.cwd / "strange.zip"
    shutil.copy(export, strange)
    with zipfile.ZipFile(strange, "a", zipfile.ZIP_DEFLATED) as out, out.open("media/a", "w") as entry:
        for _ in range(1100):
            entry.write(bytes(1 << 20))
    error = film.inside("project", "import", "strange.zip", "--name", "strange", code=2)["error"]
    assert error["kind"] == "bad_input"
    assert not (film.home / "projects" / "strange").exists()


def test_entry_with_a_name_that_is_no_text_is_refused(film: Milimo, export: Path) -> None:
    write_zip(film.cwd / "strange.zip", export, "media/é")
    data = (film.cwd / "strange.zip").read_bytes()
    (film.cwd / "strange.zip").write_bytes(data.replace("é".encode(), b"\xff\xfe"))
    assert film.inside("project", "import", "strange.zip", code=2)["error"]["kind"] == "bad_input"


def test_file_of_an_unknown_user_is_not_found(film: Milimo) -> None:
    assert film.inside("project", "import", "~no-such-user/x.zip", code=2)["error"]["kind"] == "not_found"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=strategies.data())
def test_damaged_directory_of_a_zip_is_refused(
    film: Milimo, export: Path, data: strategies.DataObject
) -> None:
    good = export.read_bytes()
    begin = struct.unpack("<L", good[-6:-2])[0]  # the offset of the list of entries
    place = data.draw(strategies.integers(begin, len(good) - 1))
    bad = bytearray(good)
    bad[place] = data.draw(strategies.integers(0, 255).filter(lambda byte: byte != good[place]))
    (film.cwd / "damaged.zip").write_bytes(bad)
    error = run_import(film)
    assert error in ("", "bad_input", "damaged", "refused", "not_found", "disk_full", "failed")


def run_import(film: Milimo) -> str:
    """Import a damaged file, and return the kind of the error; empty if the damage does no harm."""
    told = io.StringIO()
    with in_environment(film.env), contextlib.chdir(film.cwd), contextlib.redirect_stdout(told):
        main(["project", "import", "damaged.zip", "--json"])
        answer = json.loads(told.getvalue())
        if "error" not in answer:
            main(["project", "delete", "damaged", "--yes"])
            return ""
    return str(answer["error"]["kind"])

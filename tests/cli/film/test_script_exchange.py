"""Test the import and export of screenplay files: the content decides how a file is read, the name's suffix
decides how it is written.
"""

from __future__ import annotations

import re
from pathlib import Path

from milimo_tui.interchange.screenplays.screenplay_file import convert_to_fountain
from milimo_tui.story.screenplay.fountain import parse
from milimo_tui.tui.home.first_look_process import read_first_look
from tests.front_door import TINY, Milimo
from tests.interchange.screenplays.test_docx import written
from tests.interchange.screenplays.test_fdx import RICH


def imported(milimo: Milimo, tmp_path: Path) -> tuple[Path, str]:
    script = tmp_path / "bar.fdx"
    script.write_text(RICH)
    return script, milimo.act("script", "import", str(script))


def test_final_draft_file_is_equal_after_import_and_export(milimo: Milimo, tmp_path: Path) -> None:
    script, said = imported(milimo, tmp_path)
    assert {"“Sidebar”", "1 revised"} <= set(re.findall("“Sidebar”|1 revised", said))
    out = tmp_path / "out.fdx"
    milimo.act("script", "export", str(out))
    assert out.read_bytes() == script.read_bytes()
    assert milimo.act("script", "export", "-", "--form", "fdx").strip() == RICH.strip()
    plain = tmp_path / "out.fountain"
    milimo.act("script", "export", str(plain))
    assert plain.read_bytes() == convert_to_fountain(RICH.encode()).data


def test_export_changes_only_what_was_edited(milimo: Milimo, tmp_path: Path) -> None:
    imported(milimo, tmp_path)
    milimo.env["EDITOR"] = "sed -i s/runs.down/pours/"
    milimo.act("script", "edit")
    out = tmp_path / "out.fdx"
    assert "1 paragraph" in milimo.act("script", "export", str(out))
    lines = [line for line in RICH.splitlines() if line not in out.read_text()]
    assert [line for line in lines if "Rain" not in line and "TagNumber" not in line] == []


def test_moved_film_keeps_its_original_screenplay_file(milimo: Milimo, tmp_path: Path) -> None:
    script, _ = imported(milimo, tmp_path)
    milimo.act("project", "export", str(tmp_path / "bar.zip"))
    milimo.act("project", "import", str(tmp_path / "bar.zip"), "--name", "again")
    out = tmp_path / "out.fdx"
    milimo.act("script", "export", str(out), "--project", "again")
    assert out.read_bytes() == script.read_bytes()


def test_script_is_not_written_into_a_file_of_another_script(milimo: Milimo, tmp_path: Path) -> None:
    imported(milimo, tmp_path)
    other = tmp_path / "tiny.fountain"
    other.write_text(TINY)
    milimo.act("script", "import", str(other), "--name", "the-bar")
    fresh = milimo.act("script", "export", "-", "--form", "fdx")
    assert "SmartType" not in fresh
    assert parse(convert_to_fountain(fresh.encode()).data).title == "Two Lamps"


def test_word_files_and_old_encodings_make_films(milimo: Milimo, tmp_path: Path) -> None:
    document = tmp_path / "lamps.docx"
    document.write_bytes(written(parse(TINY.encode()), "styles"))
    assert milimo.json("project", "new", "--script", str(document))["scenes"] == 2
    old = tmp_path / "old.txt"
    old.write_bytes("INT. CAFÉ - NUIT\n\nLe garçon âgé pleure.\n".encode("cp1252"))
    assert "read as Windows-1252" in milimo.act("script", "import", str(old), "--name", "old")
    assert "CAFÉ" in milimo.act("script", "export", "-")


def test_unknown_script_format_is_refused(milimo: Milimo, tmp_path: Path) -> None:
    imported(milimo, tmp_path)
    error = milimo.refusal("script", "export", str(tmp_path / "out.mov"))
    assert ".mov" in error
    assert ".fdx, .fountain" in error
    damaged = tmp_path / "half.fdx"
    damaged.write_text(RICH[:900])
    assert re.search(r"line \d", milimo.refusal("script", "import", str(damaged)))


def test_new_film_form_shows_the_contents_of_the_script(tmp_path: Path) -> None:
    script = tmp_path / "bar.fdx"
    script.write_text(RICH)
    assert read_first_look(str(script), "")["heading"] == "INT. BAR & GRILL - NIGHT"

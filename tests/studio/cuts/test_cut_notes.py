"""Test notes on cuts: imported for a frozen cut, placed on the current cut, ticked off, answered and
exported.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.cut.delivery.requests import DeliveryRequest
from milimo_tui.studio.registry import registry
from milimo_tui.studio.render import deliveries
from milimo_tui.studio.session.studio import Studio
from tests.tui.studio_setup import make_studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home")
    yield made
    made.close()


def run(studio: Studio, command: str, **values: Any) -> Any:
    return registry.run_by_id(studio, command, values)


def test_notes_on_a_frozen_cut_are_added_to_the_live_one(studio: Studio, tmp_path: Path) -> None:
    live = run(studio, "cut.list").data[0]["name"]
    run(studio, "cut.freeze", name="v1")
    layout = studio.take_snapshot().layout
    assert layout is not None
    line = layout.get_row(next(track.id for track in layout.tracks if track.magnetic))
    run(studio, "cut.remove", clip=line[0].clip.id)
    run(studio, "cut.trim_in", clip=line[2].clip.id, by=10)
    file = tmp_path / "notes.csv"
    frames = [line[0].start + 3, line[1].start + 4, line[2].start + 2, line[2].start + 20]
    file.write_text("Frame,Note,By\n" + "".join(f"{at},at {at},Anna\n" for at in frames))
    told = run(studio, "cut.note_import", file=str(file), about="v1", colour="red")
    assert told.data["notes"] == 4
    assert [lost["text"] for lost in told.data["lost"]] == [f"at {frames[0]}", f"at {frames[2]}"]
    assert "no longer" in told.data["lost"][0]["why"]
    assert "was cut from" in told.data["lost"][1]["why"]
    assert [f"at {frame}" in told.text for frame in frames] == [True, False, True, False]
    rows = run(studio, "cut.notes").data
    shift = line[0].clip.frames
    assert [(row["text"], row["frame"], row["author"], row["colour"]) for row in rows] == [
        (f"at {frames[1]}", frames[1] - shift, "Anna", "red"),
        (f"at {frames[3]}", frames[3] - shift - 10, "Anna", "red"),
    ]
    again = run(studio, "cut.note_import", file=str(file), about="v1", colour="red")
    assert (again.data["known"], again.data["landed"], len(run(studio, "cut.notes").data)) == (4, [], 2)
    again = run(studio, "cut.note_bring", cut="v1")
    assert (again.data["landed"], again.data["already"], len(again.data["lost"])) == ([], 2, 2)
    run(studio, "cut.undo")  # The edit changed both cuts, so that one undo reverts both.
    assert run(studio, "cut.notes").data == []
    run(studio, "cut.use", name="v1")
    assert run(studio, "cut.notes").data == []
    with pytest.raises(BadInput, match="current cut"):
        run(studio, "cut.note_bring", cut="v1")
    for text in ("a slip of the pen", "on the frozen one"):
        run(studio, "cut.note_add", text=text, at="5")
        if text.startswith("a"):
            run(studio, "cut.undo")
    run(studio, "cut.use", name=live)
    assert len(run(studio, "cut.note_bring", cut="v1").data["lost"]) == 1


def test_notes_are_imported_as_tasks(studio: Studio, tmp_path: Path) -> None:
    for at, text in (("60", "louder"), ("20", "longer")):
        run(studio, "cut.note_add", text=text, at=at, by="Anna")
    run(studio, "cut.marker", at="40", name="a")
    run(studio, "cut.marker", at="80", text="music begins", colour="Blue")
    told = run(studio, "cut.notes")
    assert [(row["number"], row["frame"], row["kind"]) for row in told.data] == [
        (1, 20, "note"), (2, 40, "marker"), (3, 60, "note"), (4, 80, "marker"),
    ]  # fmt: skip
    assert told.message.startswith("3 to do,")
    assert not any(row["done"] for row in told.data)
    assert told.data[0]["clip"], "a note goes along with its clip"
    assert told.data[3]["colour"] == "blue"
    chapters = deliveries.make_render_orders(studio, DeliveryRequest())[0].delivery.chapters
    assert {each.title for each in chapters} >= {"a", "music begins"}
    assert not {each.title for each in chapters} & {"longer", "louder"}, "notes are no chapters of the film"
    assert run(studio, "cut.note_next").data["frame"] == 20
    assert run(studio, "cut.note_done", notes=["1"]).message.endswith("2 to do")
    assert run(studio, "cut.note_next").data["frame"] == 60
    assert run(studio, "cut.note_next", previous=True).data["frame"] == 80, "round the end"
    answer = run(studio, "cut.note_reply", note="3", text="6 dB more", by="Tom").data
    assert answer["answers"][0]["text"] == "6 dB more"
    run(studio, "cut.note_set", note="3", colour="yellow", text="much louder")
    assert [row["text"] for row in run(studio, "cut.notes", open=True).data] == [
        "much louder",
        "music begins",
    ]
    written = {}
    for ending in ("txt", "csv", "edl"):
        path = tmp_path / f"notes.{ending}"
        run(studio, "cut.note_export", file=str(path))
        written[ending] = path.read_text()
    assert "00:00:02:10  much louder  — Anna\n    ↳ 6 dB more  — Tom\n" in written["txt"]
    assert "* LOC: 00:00:03:05 BLUE    music begins" in written["edl"]
    with pytest.raises(BadInput, match="already exists"):
        run(studio, "cut.note_export", file=str(path))
    run(studio, "cut.new", name="other")
    came = run(studio, "cut.note_import", file=str(tmp_path / "notes.csv"))
    assert (came.data["notes"], came.data["answers"]) == (4, 1)
    back = run(studio, "cut.notes").data
    assert [(row["frame"], row["author"], row["done"]) for row in back] == [
        (20, "Anna", True), (40, "", False), (60, "Anna", False), (80, "", False),
    ]  # fmt: skip
    run(studio, "cut.note_delete", notes=["3", "4"])
    assert len(run(studio, "cut.notes").data) == 2
    run(studio, "cut.undo")
    assert run(studio, "cut.notes").data == back
    json.dumps(back)


def test_bad_input_is_refused_and_changes_nothing(studio: Studio, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text("nothing here\n")
    before = studio.take_snapshot().cuts
    for id, values, error, said in (
        ("cut.note_import", {"file": str(tmp_path / "none.csv")}, NotFound, "there is no file"),
        ("cut.note_import", {"file": str(tmp_path)}, BadInput, "is a folder"),
        ("cut.note_import", {"file": str(empty)}, BadInput, "no notes in it"),
        ("cut.note_import", {"file": str(empty), "about": "v9"}, NotFound, "no cut “v9”"),
        ("cut.note_add", {"text": " "}, BadInput, "needs text"),
        ("cut.note_add", {"text": "x", "colour": "loud"}, BadInput, "“loud”"),
        ("cut.note_add", {"text": "x", "at": "1:99"}, BadInput, "not a timecode"),
        ("cut.note_done", {"notes": ["7"]}, NotFound, "no note “7”"),
        ("cut.note_reply", {"note": "1", "text": "x"}, NotFound, "no note “1”"),
        ("cut.note_export", {"file": str(tmp_path / "notes.pdf")}, BadInput, "can't be written as"),
        ("cut.note_export", {"file": ""}, BadInput, "no file is named"),
        ("cut.unmark", {"marker": "marker_9"}, NotFound, "no marker"),
    ):
        with pytest.raises(error, match=said):
            run(studio, id, **values)
    assert studio.take_snapshot().cuts == before
    assert run(studio, "cut.notes").data == []
    assert run(studio, "cut.note_next").data is None


def test_notes_and_answers_keep_the_order_of_their_file(studio: Studio, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    texts = [f"{number}" for number in range(12)]
    answers = "".join(f"    ↳ a{each}\n" for each in texts)
    file.write_text("".join(f"00:00:00:05 {each}\n" for each in texts) + answers)
    run(studio, "cut.note_import", file=str(file))
    rows = run(studio, "cut.notes").data
    assert [row["text"] for row in rows] == texts
    assert [answer["text"] for answer in rows[-1]["answers"]] == [f"a{each}" for each in texts]
    out = tmp_path / "out.txt"
    run(studio, "cut.note_export", file=str(out))
    assert [line.split()[-1] for line in out.read_text().splitlines()] == [*texts, *(f"a{s}" for s in texts)]

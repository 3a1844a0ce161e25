"""Test shots that the user added to scenes of the screenplay: exported to Fountain and imported again."""

from __future__ import annotations

import pytest

from tests.cli.script.test_scene_edits import headings, shown, write
from tests.front_door import Milimo

TEXT = """Title: Two Cups

INT. BAR - NIGHT

Steam on the windows. A cat sleeps.

MARA
You are late.

CUT TO:

CLOSE ON the cup:

Steam rises from it.

EXT. STREET - DAY

SUPER: PARIS

Rain. Jun runs.
"""


def add(film: Milimo, scene: str, action: str, after: str = "") -> None:
    behind = ("--after", numbered(film, after)) if after else ()
    film.act("shot", "add", scene, action, *behind)


def numbered(film: Milimo, words: str) -> str:
    return next(
        str(row["number"]) for row in film.json("shot", "list") if words in row["dialogue"] + row["text"]
    )


def ids(film: Milimo) -> list[str]:
    return [row["id"] for row in film.json("shot", "list")]


def back(film: Milimo, text: str) -> None:
    """Import the text as a second film."""
    path = film.cwd / "again.fountain"
    path.write_text(text)
    film.act("script", "import", str(path), "--name", "Again")


@pytest.fixture
def bar(milimo: Milimo) -> Milimo:
    write(milimo, TEXT)
    return milimo


def test_shots_added_by_user_are_exported_in_place_and_read_again(bar: Milimo) -> None:
    assert bar.act("script", "export", "-") == TEXT, "nothing by hand: as it is, byte for byte"
    add(bar, "1", "A hand takes a cup.", after="cat sleeps")
    add(bar, "1", "The cup is cracked. Tea drips from it.", after="hand takes")
    add(bar, "1", "> A fly lands.", after="late")
    add(bar, "2", "A tram bell.")
    before, live = shown(bar), ids(bar)
    text = bar.act("script", "export", "-")
    assert "sleeps.\n\nA hand takes a cup.\n\nThe cup is cracked. Tea drips from it.\n\nMARA\n" in text
    assert "late.\n\n!> A fly lands.\n\nCUT TO:\n\nCLOSE ON the cup:\n\nSteam" in text
    assert text.endswith("Rain. Jun runs.\n\nA tram bell.\n\n")
    # Imported into the same film, the text gives the same shots. From now on the screenplay contains them.
    assert "unchanged" in write(bar, text)
    assert (shown(bar), ids(bar)) == (before, live)
    assert bar.act("script", "export", "-") == text, "none is written a second time"
    assert "unchanged" in bar.act("storyboard", "commit")
    write(bar, text.replace("takes a cup", "takes the cup"))
    assert "A hand takes the cup." in [words for _, words in shown(bar)]
    assert ids(bar) == live
    # A shot whose text is removed is parked, like every shot of the screenplay.
    write(bar, text.replace("A tram bell.\n", ""))
    assert ids(bar) == live[:-1]
    back(bar, text)
    assert [words.strip("“”") for _, words in shown(bar)] == [words.strip("“”") for _, words in before]


def test_text_written_between_exported_shots_stays(bar: Milimo) -> None:
    add(bar, "1", "A hand takes a cup.", after="late")
    add(bar, "1", "A dog barks.", after="hand takes")
    bar.act("scene", "add", "INT. ROOF - DUSK", "--after", "1", "--action", "Wind on the tiles.")
    roof = next(row["id"] for row in bar.json("scene", "list") if "ROOF" in row["heading"])
    add(bar, roof, "A kite.")
    rows, before, live = headings(bar), shown(bar), ids(bar)
    text = bar.act("script", "export", "-")
    text = text.replace("A dog barks.", "CUT TO:\n\n[[louder?]]\n\nA dog barks.")
    text = text.replace("A kite.", "SMASH CUT TO:\n\nA kite.")
    # Transitions and a note were written into the exported text before the import. The shots are recognised
    # nevertheless.
    write(bar, text)
    assert (headings(bar), shown(bar), ids(bar)) == (rows, before, live)
    assert bar.act("script", "export", "-") == text
    write(bar, bar.act("script", "export", "-"))
    assert (headings(bar), shown(bar), ids(bar)) == (rows, before, live)
    back(bar, text)
    assert (headings(bar), shown(bar)) == (rows, before)
    assert bar.act("script", "export", "-") == text


def test_exported_shot_with_changed_text_is_recognised(bar: Milimo) -> None:
    add(bar, "1", "A hand takes a cup.", after="late")
    live = ids(bar)
    text = bar.act("script", "export", "-").replace("A hand takes a cup.", "A hand takes the cracked cup.")
    assert "1 changed" in write(bar, text)
    assert ids(bar) == live
    assert "A hand takes the cracked cup." in [words for _, words in shown(bar)]


def test_shots_of_the_script_stay_the_same_next_to_one_added_by_user(bar: Milimo) -> None:
    """A caption is exported with the shot that it covers. Text that is no shot in a screenplay (`CUT TO:`) is
    not exported.
    """
    add(bar, "2", "A tram bell.")
    bar.act("storyboard", "reorder", numbered(bar, "tram"), "-1")
    add(bar, "2", "CUT TO:")
    before, number = ids(bar), numbered(bar, "CUT TO:")
    found = bar.json("script", "export", "-")
    assert found["text"].endswith("SUPER: PARIS\n\nRain. Jun runs.\n\nA tram bell.\n\n"), (
        "PARIS lies over the rain"
    )
    assert (found["left_out"], found["text"].count("CUT TO:")) == ([number], 1), "no shot is read of that"
    output = write(bar, found["text"])
    assert (" changed" in output, "parked" in output, ids(bar)) == (False, False, before)
    output = bar.act("script", "export", "out.fountain")
    assert number in output


def test_shot_between_two_parts_of_a_speech_stays_there(bar: Milimo) -> None:
    write(bar, TEXT.replace("You are late.", "You are late. The soup is cold."))
    bar.act("shot", "split", numbered(bar, "late"), "--before", "The soup")
    add(bar, "1", "A dog barks.", after="are late")
    before, live = shown(bar), ids(bar)
    text = bar.act("script", "export", "-")
    assert "The soup is cold.\n\nA dog barks.\n\nCUT TO:" in text, "behind the whole speech"
    write(bar, text)
    assert (shown(bar), ids(bar)) == (before, live), "but in the film where it was"

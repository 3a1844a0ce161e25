"""Test renamed elements: their triggers change in all texts, and characters are renamed in the screenplay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.session.studio import Studio
from tests.front_door import TINY, Milimo
from tests.tui.rain_market import make_studio


def write(film: Milimo, text: str) -> str:
    path = film.cwd / "two-lamps.fountain"
    path.write_text(text)
    return film.act("script", "import", str(path))


def people(film: Milimo) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in film.json("element", "list") if row["kind"] == "character"}


@pytest.mark.long("command_line")
def test_new_trigger_replaces_the_old_one_in_all_texts_in_one_edit(film: Milimo) -> None:
    film.act("element", "add", "Jun", "--description", "the brother of @Mara")
    film.act("element", "set", "@Mara", "--description", "a courier")
    film.act("shot", "set", "1A", "--prompt", "@Mara and @MaraTwo and mail@Mara at night; @Mara-blue waits")
    before = film.json("shot", "show", "1A")["prompt"]
    output = film.act("element", "set", "@Mara", "--trigger", "@Courier")
    assert "@Courier" in output
    assert "1 shot" in output
    kept = film.json("job", "list")  # renaming queued no new job
    assert all(job["state"] == "done" for job in kept)
    data = film.json("shot", "show", "1A")
    assert data["prompt"] == before, "what is sent says the same"
    row = next(each for each in film.json("element", "list") if each["name"] == "Jun")
    assert row["description"] == "the brother of @Courier"
    assert not film.json("shot", "list", "--state", "stale") or "1A" not in before
    film.act("cut", "undo", "--whole-project")
    assert {each["trigger"] for each in film.json("element", "list")} >= {"@Mara", "@Jun"}
    row = next(each for each in film.json("element", "list") if each["name"] == "Jun")
    assert row["description"] == "the brother of @Mara"


def test_renamed_character_keeps_its_data(film: Milimo) -> None:
    film.act("element", "set", "@Mara", "--description", "a courier in a grey coat", "--seed", "7")
    id = people(film)["Mara"]["id"]
    film.act("shot", "set", "2A", "--prompt", "@Mara walks away")
    told = write(film, TINY.replace("MARA", "JUNE"))
    assert "June" in told
    assert list(people(film)) == ["June"]
    june = people(film)["June"]
    assert (june["id"], june["trigger"], june["seed"]) == (id, "@June", 7)
    assert june["description"] == "a courier in a grey coat"
    assert "June (a courier in a grey coat) walks away" in str(film.json("shot", "show", "2A")["prompt"])


TWO = TINY.replace("MARA lights", "Somebody lights").replace(
    "You are late.\n", "You are late.\n\nMARA\nSit down by the lamp.\n"
)


def test_unclear_rename_is_reported_with_the_command_and_keeps_everything(film: Milimo) -> None:
    write(film, TWO)
    film.act("element", "set", "@Mara", "--description", "a courier in a grey coat")
    id = people(film)["Mara"]["id"]
    told = write(
        film,
        TWO.replace("MARA\nYou are late.", "JUNE\nYou are late.").replace("MARA\nSit", "OLGA\nSit"),
    )
    assert "milimo element set @Mara --name" in told
    assert people(film)["Mara"]["description"] == "a courier in a grey coat"
    film.act("element", "set", "@Mara", "--name", "Olga")
    assert set(people(film)) == {"June", "Olga"}
    olga = people(film)["Olga"]
    assert (olga["id"], olga["trigger"]) == (id, "@Olga")
    assert olga["description"] == "a courier in a grey coat"


class _Yes:
    """A stand-in for the user who answers yes to each question and records the questions."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def ask_for_secret(self, question: str, hint: str = "") -> str:
        return ""

    def ask_for_consent(self, question: str) -> bool:
        self.asked.append(question)
        return True


def test_renames_are_asked_about_at_a_terminal(tmp_path: Path) -> None:
    studio: Studio = make_studio(tmp_path / "home", takes=False)
    run_by_id(studio, "script.save", {"text": TWO})
    run_by_id(studio, "storyboard.commit")
    run_by_id(studio, "element.set", {"id": "@Mara", "description": "a courier in a grey coat"})
    [mara] = [each for each in studio.take_snapshot().story.elements if each.name == "Mara"]
    studio.asks = person = _Yes()
    other = TWO.replace("MARA\nYou are late.", "JUNE\nYou are late.").replace("MARA\nSit", "OLGA\nSit")
    run_by_id(studio, "script.save", {"text": other})
    message = run_by_id(studio, "storyboard.commit").message
    [question] = person.asked
    for asked in (question, message):
        assert ("Mara" in asked, "June" in asked) == (True, True)
    [june] = [each for each in studio.take_snapshot().story.elements if each.name == "June"]
    assert (june.id, june.description) == (mara.id, "a courier in a grey coat")
    run_by_id(studio, "cut.undo", {"whole_project": True})
    assert "Mara" in {each.name for each in studio.take_snapshot().story.elements}
    studio.close()


def test_renamed_place_is_asked_about(film: Milimo) -> None:
    film.act("element", "set", "@Kitchen", "--description", "brass pots, a red stove")
    told = write(film, TINY.replace("INT. KITCHEN", "INT. PANTRY"))
    assert "milimo element set @Kitchen --name Pantry" in told
    film.act("element", "set", "@Kitchen", "--name", "Pantry")
    rows = {row["name"]: row for row in film.json("element", "list") if row["kind"] == "location"}
    assert (rows["Pantry"]["trigger"], "Kitchen" in rows) == ("@Pantry", False)
    assert rows["Pantry"]["description"] == "brass pots, a red stove"

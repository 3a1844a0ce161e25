"""Test unusual screenplays: without characters, with hundreds of them, with thousands of shots, and with
names that differ by one letter.
"""

from __future__ import annotations

import pytest

from tests.front_door import Milimo


def bring_in(milimo: Milimo, text: str, name: str = "odd") -> str:
    path = milimo.cwd / f"{name}.fountain"
    path.write_text(text)
    return milimo.act("script", "import", str(path))


def numbers(milimo: Milimo) -> list[str]:
    return [row["number"] for row in milimo.json("shot", "list")]


def test_script_without_people_makes_a_film(milimo: Milimo) -> None:
    told = bring_in(milimo, "EXT. SEA - DAY\n\nWaves.\n\nINT. HALL - NIGHT\n\nDust turns in the light.\n")
    assert "2 new" in told
    assert "2 scenes, 2 shots" in milimo.act("script", "numbers", "--lock")
    people = [row for row in milimo.json("element", "list") if row["kind"] == "character"]
    assert people == []
    bring_in(milimo, "EXT. SEA - DAY\n\nWaves.\n\nA gull.\n\nINT. HALL - NIGHT\n\nDust turns in the light.\n")
    assert numbers(milimo) == ["1A", "1B", "2A"]
    assert "1A  " in milimo.act("scene", "plan", "1")


@pytest.mark.long("command_line")
def test_five_hundred_people_keep_their_shots(milimo: Milimo) -> None:
    def name(at: int) -> str:
        return f"PERSON {chr(65 + at // 26 % 26)}{chr(65 + at % 26)} {'X' * (at // 676 + 1)}"

    text = "INT. STATION - DAY\n\n" + "\n\n".join(f"{name(at)}\nI am number {at}." for at in range(500))
    told = bring_in(milimo, text)
    assert "500 new" in told
    assert len([row for row in milimo.json("element", "list") if row["kind"] == "character"]) == 500
    milimo.act("script", "numbers", "--lock")
    before = milimo.json("shot", "list")
    assert len({row["number"] for row in before}) == 500
    bring_in(milimo, text.replace(f"\n\n{name(7)}\nI am number 7.", ""))
    after = {row["id"]: row for row in milimo.json("shot", "list")}
    assert {id: row["number"] for id, row in after.items()} == {row["id"]: row["number"] for row in before}
    assert [row["number"] for row in after.values() if row["omitted"]] == [before[7]["number"]]


@pytest.mark.long("command_line")
def test_three_thousand_shots_keep_their_numbers(milimo: Milimo) -> None:
    def scene(at: int) -> str:
        lines = "\n\n".join(f"A lamp number {at} goes on in window {one}." for one in range(20))
        return f"EXT. STREET {at} - NIGHT\n\n{lines}"

    scenes = [scene(at) for at in range(150)]
    assert "3000 new" in bring_in(milimo, "\n\n".join(scenes))
    milimo.act("script", "numbers", "--lock")
    before = {row["id"]: row["number"] for row in milimo.json("shot", "list")}
    assert len(set(before.values())) == 3000
    told = bring_in(milimo, "\n\n".join([*scenes[:75], "INT. CELLAR - DAY\n\nA rat runs.", *scenes[76:]]))
    assert "20 parked" in told
    after = {row["id"]: row["number"] for row in milimo.json("shot", "list")}
    assert {id: number for id, number in after.items() if id in before}.items() <= before.items()
    assert set(after.values()) - set(before.values()) == {"76AA"}
    rows = milimo.json("scene", "list")
    assert [(row["number"], row["heading"]) for row in rows[74:78]] == [
        ("75", "EXT. STREET 74 - NIGHT"),
        ("76", "OMITTED"),
        ("76A", "INT. CELLAR - DAY"),
        ("77", "EXT. STREET 76 - NIGHT"),
    ]


def test_names_one_letter_apart_stay_two_people(milimo: Milimo) -> None:
    text = "INT. BAR - NIGHT\n\nMARA\nSit down.\n\nMARTA\nI would rather stand.\n\nMARA\nAs you like.\n"
    bring_in(milimo, text)
    names = {row["name"] for row in milimo.json("element", "list") if row["kind"] == "character"}
    assert names == {"Mara", "Marta"}
    milimo.act("script", "numbers", "--lock")
    before = milimo.json("shot", "list")
    bring_in(milimo, text.replace("MARTA\n", "MARA\n"))
    after = milimo.json("shot", "list")
    assert [row["id"] for row in after if not row["omitted"]] == [row["id"] for row in before]
    assert [row["number"] for row in after] == [row["number"] for row in before]
    left = {row["name"] for row in milimo.json("bin", "list")}
    assert "Marta" in left, "an element that nobody touched lies in the bin"


def test_scene_numbers_out_of_order_are_reported(milimo: Milimo) -> None:
    headings = [f"INT. {place} - DAY #{number}#" for place, number in zip("ABCD", (1, 2, 4, 3), strict=True)]
    bring_in(milimo, "Rain.\n\n" + "\n\nRain.\n\n".join([*headings, ""]))
    assert numbers(milimo) == ["0A", "1A", "2A", "4A", "3A"]
    assert [problem["line"] for problem in milimo.json("script", "check")["problems"]] == [15]

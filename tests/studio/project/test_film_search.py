"""Test the search in a film: ranking of exact words, kinds, letters in order, and typing errors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.studio.project.find_words import (
    FindQuery,
    complete_find_query,
    count_by_kind,
    find_item_kind,
    list_possible_words,
    parse_find_query,
    search_items,
)
from milimo_tui.studio.project.findables import (
    FINDABLE_KINDS,
    Findable,
    FindIndex,
    fold_search_text,
    list_findables,
    list_script_paragraphs,
)
from milimo_tui.studio.project.found_films import list_readable_films, search_other_films
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from tests.tui.studio_setup import SCRIPT, add_take, make_studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home")
    yield made
    made.close()


def _index(studio: Studio) -> FindIndex:
    return FindIndex.from_findables(list_findables(studio.take_snapshot(), films=list_readable_films(studio)))


def _found(studio: Studio, typed: str) -> list[Findable]:
    return [each for part in search_items(_index(studio), parse_find_query(typed)) for each in part]


def _names(studio: Studio, typed: str) -> list[str]:
    return [f"{each.kind} {each.name}".strip() for each in _found(studio, typed)]


def test_speaker_is_found_with_the_shot_of_the_line(studio: Studio) -> None:
    first = _found(studio, "late")[0]
    assert (first.kind, first.name, first.who, first.text) == ("line", "2B", "MARA", "“You are late.”")
    assert first.line == SCRIPT.splitlines().index("You are late.") + 1


@pytest.mark.parametrize("kind", ["scene", "shot", "line", "element", "clip", "cut", "film"])
def test_every_kind_of_a_new_film_is_searchable(studio: Studio, kind: str) -> None:
    assert [each.kind for each in _found(studio, f"{kind}:")][:1] == [kind]


def test_takes_notes_and_files_are_found(studio: Studio) -> None:
    shots = studio.take_snapshot().story.live_shots()
    take = add_take(studio, shots[1].id, "job1")
    registry.run_by_id(studio, "cut.note_add", {"text": "Lantern too bright", "at": "60"})
    found = _found(studio, "lantern bright")
    assert [(each.kind, each.frame) for each in found] == [("note", 60)]
    assert found[0].shot == shots[1].id, "which shows what is there"
    assert _found(studio, "take: 1b")[0].id == take


def test_number_finds_its_shot_and_an_element_precedes_its_speaker(studio: Studio) -> None:
    assert _names(studio, "2b")[:2] == ["shot 2B", "clip 2B"]
    assert _names(studio, "jun")[0] == "element @Jun"
    assert _names(studio, "@jun")[0] == "element @Jun"


def test_search_is_limited_to_one_kind(studio: Studio) -> None:
    assert {each.kind for each in _found(studio, "line: jun")} == {"line"}
    assert {each.kind for each in _found(studio, "shots: jun")} == {"shot"}
    assert parse_find_query("line:  Too Late ") == FindQuery(("too", "late"), "line")
    assert parse_find_query("CUT TO: black") == FindQuery(("cut", "to:", "black")), "no kind is called so"
    assert _found(studio, "") == []


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("line", "line"),
        ("li", "line"),
        ("people", "element"),
        ("asset", "media"),
        ("s", ""),
        ("c", ""),
        ("x", ""),
    ],
)
def test_kinds_are_accepted_by_each_of_their_names(word: str, kind: str) -> None:
    assert find_item_kind(word) == kind


def test_fuzzy_matches_come_after_exact_words(studio: Studio) -> None:
    assert "scene 2" in _names(studio, "noodel")
    assert _names(studio, "mrkt")[0] == "element @MarketStreet"
    index = _index(studio)
    first, *later = list(search_items(index, parse_find_query("rain")))
    assert first
    assert not {each.unique_key for each in first} & {each.unique_key for part in later for each in part}
    assert _found(studio, "qqqqqq") == []


def test_start_of_a_known_word_is_no_typing_error() -> None:
    known = frozenset({"ticket", "thicket", "tin"})
    assert list_possible_words("tick", known) == ["ticket"]
    assert set(list_possible_words("tcket", known)) == {"ticket", "thicket"}
    assert list_possible_words("zz", known) == []


def test_search_ignores_accents_and_case() -> None:
    assert fold_search_text("  András   ŁÓDŹ ") == "andras lodz"


def test_matches_are_counted_by_kind(studio: Studio) -> None:
    found = _found(studio, "jun")
    assert dict(count_by_kind(found))["line"] == 1
    assert sum(count for _, count in count_by_kind(found)) == len(found)
    assert set(dict(count_by_kind(found))) <= set(FINDABLE_KINDS)


def test_tab_completes_kinds_and_words_of_the_film(studio: Studio) -> None:
    index = _index(studio)
    assert complete_find_query(index, "li")[0] == "line: "
    assert "line: lanterns" in complete_find_query(index, "line: lant")
    assert complete_find_query(index, "") == []


def test_title_page_headings_and_transitions_are_no_lines() -> None:
    rows = list(list_script_paragraphs(SCRIPT))
    assert ("MARA", "You are late.") in [(who, words) for _, who, words in rows]
    assert not [words for _, _, words in rows if words.startswith(("Title", "CUT TO", "INT.", "EXT."))]
    assert all(SCRIPT.splitlines()[number - 1].strip() for number, _, _ in rows)


def test_line_without_a_shot_is_found(studio: Studio) -> None:
    registry.run_by_id(studio, "script.save", {"text": f"{SCRIPT}\nMARA\nThe ticket was for two.\n"})
    first = _found(studio, "ticket")[0]
    assert (first.kind, first.who, first.name) == ("line", "MARA", "")


def test_other_films_are_searched_separately(studio: Studio, tmp_path: Path) -> None:
    other = tmp_path / "salt-road.fountain"
    other.write_text("Title: Salt Road\n\nEXT. DESERT - DAY\n\nIDA\nThe ticket was for two.\n")
    registry.run_by_id(studio, "script.import", {"script": str(other)})
    registry.run_by_id(studio, "project.use", {"name": "rain-market"})
    assert _found(studio, "ticket") == []
    found = [each for part in search_other_films(studio, parse_find_query("ticket")) for each in part]
    assert {(each.kind, each.film) for each in found} >= {("line", "salt-road")}
    assert [each.name for each in _found(studio, "film: salt")] == ["Salt Road"]

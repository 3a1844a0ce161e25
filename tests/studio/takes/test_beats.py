"""Test the beats of a shot: the words of its prompt for each stretch of time, and who set them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.specs.video_specs import Beats, MakeVideo
from milimo_tui.story.values.film import Line, Shot
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec, signatures
from milimo_tui.studio.takes.switched import apply_feature_switches
from tests.tui.studio_setup import make_studio


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    studio = make_studio(tmp_path / "home")
    registry.run_by_id(studio, "storyboard.commit")
    yield studio
    studio.close()


def acting(studio: Studio) -> str:
    """Add a shot of three seconds with three events, and return its id."""
    words = "Mara sits down on the bench. Jun closes the wooden door. The lamp goes out."
    row = registry.run_by_id(studio, "shot.add", {"scene": "1", "action": words}).data
    registry.run_by_id(studio, "shot.set", {"id": row["id"], "length": "3s"})
    return str(row["id"])


def asked(studio: Studio, id: str, **changes: object) -> MakeVideo:
    story = studio.take_snapshot().story
    shot: Shot = replace(shot_spec.find_shot(story, id), **changes)  # type: ignore[arg-type]
    return shot_spec.make_video_spec(story, shot, engine="ltx2")


def test_shown_actions_get_seconds_by_their_word_count(studio: Studio) -> None:
    spec = asked(studio, acting(studio))
    assert spec.beats.by == "text"
    told = [beat.words for beat in spec.beats.parts]
    assert ["sits" in told[0], "door" in told[1], "lamp" in told[2]] == [True, True, True]
    assert all(words in spec.prompt for words in told)
    assert spec.beats.parts[0].start == 0
    assert spec.beats.parts[-1].end == spec.frames
    assert [one.end for one in spec.beats.parts[:-1]] == [one.start for one in spec.beats.parts[1:]]


def test_spoken_lines_are_beats_and_a_single_line_is_none(studio: Studio) -> None:
    id = acting(studio)
    lines = (Line("MARA", "No."), Line("JUN", "It was here. I saw it!"), Line("MARA", "No."))
    spec = asked(studio, id, dialogue=lines)
    told = [beat.words for beat in spec.beats.parts]
    assert [words[words.index("“") :] for words in told] == ["“No.”", "“It was here. I saw it!”", "“No.”"]
    assert [words in spec.prompt for words in told] == [True, True, True]
    assert asked(studio, id, dialogue=lines[:1]).beats == Beats()
    own = "Jun: “It was here. I saw it!” Nothing more is said."
    assert asked(studio, id, dialogue=lines[1:], prompt=own).beats == Beats(), (
        "one line of two is in the words"
    )


def test_user_sets_the_times_of_beats_or_disables_them(studio: Studio) -> None:
    id = acting(studio)
    before = asked(studio, id)
    registry.run_by_id(studio, "shot.set", {"id": id, "beats": "0.5s, 2"})
    by_hand = asked(studio, id)
    rate = by_hand.rate
    assert [one.start for one in by_hand.beats.parts] == [0, round(rate / 2), round(2 * rate)]
    shown = registry.run_by_id(studio, "shot.show", {"id": id, "engine": "ltx2"})
    assert "beats     manual" in shown.text
    assert "0.0–0.5 s " in shown.text
    registry.run_by_id(studio, "shot.set", {"id": id, "beats": "off"})
    off = asked(studio, id)
    assert off.beats == Beats(by="off")
    assert len({signatures.get_signature(one) for one in (before, by_hand, off)}) == 3
    registry.run_by_id(studio, "shot.set", {"id": id, "beats": "auto"})
    assert asked(studio, id) == before
    assert signatures.get_signature(before) == signatures.get_signature(
        before.model_copy(update={"beats": Beats()})
    )


@pytest.mark.parametrize("words", ["1", "1, 2, 2.5", "2, 1", "1, 3.5", "soon", "0, 1", "-1, 2"])
def test_impossible_times_are_refused_in_one_sentence(studio: Studio, words: str) -> None:
    id = acting(studio)
    with pytest.raises(BadInput) as told:
        registry.run_by_id(studio, "shot.set", {"id": id, "beats": words})
    assert told.value.message
    assert told.value.hint


def test_times_that_no_longer_fit_are_ignored(studio: Studio) -> None:
    id = acting(studio)
    registry.run_by_id(studio, "shot.set", {"id": id, "beats": "1, 2"})
    registry.run_by_id(studio, "shot.set", {"id": id, "length": "1s"})
    assert asked(studio, id).beats.by == "text"


def test_setting_disables_beats_and_makes_no_take_stale(studio: Studio) -> None:
    id = acting(studio)
    registry.run_by_id(studio, "shot.set", {"id": id, "beats": "1, 2"})
    spec = asked(studio, id)
    sent = apply_feature_switches(replace(studio.settings, beats=False), spec)
    assert sent.beats == Beats()
    assert signatures.get_signature(sent) == signatures.get_signature(spec)
    assert apply_feature_switches(studio.settings, spec) is spec


def test_engine_without_beats_gets_none(studio: Studio) -> None:
    id = acting(studio)
    story = studio.take_snapshot().story
    for engine in ("animatic", "flux2"):
        spec = shot_spec.make_video_spec(story, shot_spec.find_shot(story, id), engine=engine)
        assert spec.beats == Beats()

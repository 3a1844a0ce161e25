"""Test that spoken lines are laid into the cut at their times, fitted to their shots, and heard in the render
plan.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from milimo_tui import api
from tests.cli.voice.test_lines import list_lines, set_dialogue, write_tone
from tests.front_door import Milimo, in_environment


def list_clips(milimo: Milimo, track: str) -> list[dict[str, Any]]:
    """Return the clips of a track of the cut."""
    rows = milimo.inside("cut", "show")["tracks"]
    return next((row["clips"] for row in rows if row["name"] == track), [])


def test_lines_are_laid_once_as_one_undo_step_and_silence_the_take(film: Milimo) -> None:
    film.act("line", "say", "--all")
    planned = film.inside("line", "lay", "--dry-run")
    assert [row["line"] for row in planned["lines"]] == [line["line"] for line in list_lines(film)]
    film.act("line", "lay")
    [clip] = list_clips(film, "Dialogue")
    shot = next(each for each in list_clips(film, "V1") if each.get("muted"))
    assert clip["start"] >= shot["start"]
    film.act("line", "lay")
    assert list_clips(film, "Dialogue") == [clip]
    film.act("cut", "undo")
    assert list_clips(film, "Dialogue") == []
    assert not any(each.get("muted") for each in list_clips(film, "V1"))


def test_new_take_replaces_the_laid_recording_at_its_place(film: Milimo, tmp_path: Path) -> None:
    film.act("line", "say", "--all")
    film.act("line", "lay")
    [before] = list_clips(film, "Dialogue")
    [line] = list_lines(film)
    film.act("cut", "louder", before["id"], "3")
    film.act("line", "record", line["line"], "--from", str(write_tone(tmp_path / "take.wav", 0.8)))
    film.act("line", "lay")
    [after] = list_clips(film, "Dialogue")
    assert (after["id"], after["start"]) == (before["id"], before["start"])
    assert after["frames"] == 20
    assert (before["gain_db"], after["gain_db"]) == (0, 3)


@pytest.mark.parametrize("newest_first", [True, False])
def test_replaced_recording_returns_by_undo_after_another_edit_of_the_cut(
    film: Milimo, tmp_path: Path, newest_first: bool
) -> None:
    [line] = list_lines(film)
    with in_environment(film.env), api.open_film("Two Lamps") as opened:
        # The first recording ends within its last frame, so that its clip is longer than the file.
        for seconds in (0.805, 0.5):
            film.act(
                "line", "record", line["line"], "--from", str(write_tone(tmp_path / "take.wav", seconds))
            )
            opened.run("line.lay")
        film.act("mix", "set", "Dialogue", "--gain-db", "-3")
        assert [clip["frames"] for clip in list_clips(film, "Dialogue")] == [13]
        if newest_first:
            film.act("cut", "undo")
            film.act("cut", "undo")
        else:
            opened.undo()
    assert [clip["frames"] for clip in list_clips(film, "Dialogue")] == [21]


@pytest.mark.parametrize(
    ("share", "faster", "fits"), [(0.3, False, True), (1.02, True, True), (2, True, False)]
)
def test_line_is_stretched_by_at_most_ten_percent(
    film: Milimo, tmp_path: Path, share: float, faster: bool, fits: bool
) -> None:
    [line] = list_lines(film)
    frames = next(row["frames"] for row in film.inside("shot", "list") if row["number"] == line["shot"])
    length = frames / 25 * share
    film.act("line", "record", line["line"], "--from", str(write_tone(tmp_path / "long.wav", length)))
    [line] = list_lines(film)
    assert 1 <= line["speed"] <= 1.1
    assert (line["speed"] > 1) == faster
    assert (line["over"] == 0) == fits
    assert line["start"] + line["seconds"] <= frames / 25 + line["over"] + 0.001


def test_two_characters_of_one_shot_follow_each_other(film: Milimo) -> None:
    set_dialogue(film, ("MARA", "You are late."), ("JUN", "I know."), ("MARA", "You are late."))
    film.act("line", "say", "--all")
    lines = list_lines(film)
    assert [line["character"].upper() for line in lines] == ["MARA", "JUN", "MARA"]
    film.act("line", "lay")
    clips = sorted(list_clips(film, "Dialogue"), key=lambda clip: clip["start"])
    assert len(clips) == 3
    assert all(a["start"] + a["frames"] <= b["start"] + 1 for a, b in pairwise(clips))


def test_message_counts_the_lines_that_changed(film: Milimo, tmp_path: Path) -> None:
    set_dialogue(film, ("MARA", "You are late."), ("JUN", "I know."), ("MARA", "So late."))
    film.act("line", "say", "--all")
    assert film.act("line", "lay").splitlines()[-1] == "laid 3 lines"
    assert film.act("line", "lay").splitlines()[-1] == "3 lines were there already"
    first = list_lines(film)[0]["line"]
    film.act("line", "record", first, "--from", str(write_tone(tmp_path / "take.wav", 0.4)))
    assert film.act("line", "lay").splitlines()[-1] == "laid 1 line; 2 were there already"
    assert film.act("cut", "undo").splitlines()[-1] == "undone: lay 1 line"


def test_two_characters_at_once_overlap_on_two_tracks(film: Milimo) -> None:
    set_dialogue(film, ("MARA", "You are late again."), ("JUN ^", "I know."))
    film.act("line", "say", "--all")
    first, second = list_lines(film)
    assert first["start"] == second["start"]
    assert (first["over"], second["over"]) == (0, 0)
    film.act("line", "lay")
    [one], [two] = list_clips(film, "Dialogue"), list_clips(film, "Dialogue 2")
    assert one["start"] == two["start"]


def test_line_under_a_longer_recording_moves_to_another_track_of_dialogue(
    film: Milimo, tmp_path: Path
) -> None:
    set_dialogue(film, ("MARA", "You are late."), ("JUN", "I know."))
    film.act("line", "say", "--all")
    film.act("line", "lay")
    film.act("mix", "set", "Dialogue", "--gain-db", "-3")
    before = sorted(list_clips(film, "Dialogue"), key=lambda clip: clip["start"])
    first, _ = list_lines(film)
    film.act("line", "record", first["line"], "--from", str(write_tone(tmp_path / "long.wav", 10.4)))
    film.act("line", "lay")
    strips = {row["name"]: row for row in film.inside("mix", "show")}
    for name, clip in zip(("Dialogue", "Dialogue 2"), before, strict=True):
        assert [each["id"] for each in list_clips(film, name)] == [clip["id"]]
        assert (strips[name]["role"], strips[name]["gain_db"]) == ("dialogue", -3)


@pytest.mark.parametrize(("share", "fits"), [(0.97, True), (1.6, False)])
def test_lines_of_two_speakers_are_stretched_together_and_reported(
    film: Milimo, tmp_path: Path, share: float, fits: bool
) -> None:
    set_dialogue(film, ("MARA", "You are late."), ("JUN", "I know."))
    lines = list_lines(film)
    shots = {row["number"]: row["frames"] / 25 for row in film.inside("shot", "list")}
    count = Counter(line["shot"] for line in lines)
    for line in lines:
        length = shots[line["shot"]] * share / count[line["shot"]]
        film.act("line", "record", line["line"], "--from", str(write_tone(tmp_path / "long.wav", length)))
    lines = list_lines(film)
    assert all(1 < line["speed"] <= 1.1 for line in lines)
    assert all((line["over"] == 0) == fits for line in lines)
    notes = film.inside("line", "lay")["notes"]
    assert {note.partition(":")[0] for note in notes} == set(count)


@pytest.mark.parametrize(
    ("cue", "preset"), [("MARA (O.S.)", "off-screen"), ("MARA (ON RADIO)", "radio"), ("MARA (V.O.)", "")]
)
def test_voice_that_is_not_in_the_room_gets_its_effect(film: Milimo, cue: str, preset: str) -> None:
    set_dialogue(film, (cue, "You are late."))
    film.act("line", "say", "--all")
    assert [line["effect"] for line in list_lines(film)] == [preset]
    film.act("line", "lay")
    [clip] = list_clips(film, "Dialogue")
    assert bool(clip["effects"].get("chain")) == bool(preset)


def test_other_end_of_a_call_sounds_like_a_telephone(film: Milimo) -> None:
    set_dialogue(film, ("MARA (INTO PHONE)", "Who is there?"), ("JUN (V.O.)", "It is me."))
    film.act("line", "say", "--all")
    assert [line["effect"] for line in list_lines(film)] == ["", "telephone"]


def test_speaker_into_a_telephone_sounds_like_one_only_while_the_shot_shows_another(film: Milimo) -> None:
    set_dialogue(film, ("MARA (INTO PHONE)", "Who is there?"), ("JUN", "It is me."))
    number = list_lines(film)[0]["shot"]
    effects = []
    for shown in ("Mara", "Jun", "Mara, Jun"):
        film.act("shot", "set", number, "--cast", shown)
        effects.append(list_lines(film)[0]["effect"])
    assert effects == ["", "telephone", ""]


def test_one_recording_of_two_lines_is_laid_twice_and_stays(film: Milimo, tmp_path: Path) -> None:
    set_dialogue(film, ("MARA", "Yes."), ("JUN", "Yes."))
    recorded = str(write_tone(tmp_path / "yes.wav", 0.4))
    for line in list_lines(film):
        film.act("line", "record", line["line"], "--from", recorded)
    film.act("line", "lay")
    laid = list_clips(film, "Dialogue")
    assert len(laid) == 2
    film.act("line", "lay")
    assert list_clips(film, "Dialogue") == laid


def test_laid_line_gives_its_times_to_captions_and_ducking(film: Milimo, tmp_path: Path) -> None:
    [line] = list_lines(film)
    film.act("line", "record", line["line"], "--from", str(write_tone(tmp_path / "take.wav", 0.8)))
    film.act("line", "lay")
    [clip] = list_clips(film, "Dialogue")
    start, end = clip["start"], clip["start"] + clip["frames"]
    [caption] = film.inside("caption", "make")["captions"]
    assert (Fraction(caption["start"]) * 25, Fraction(caption["end"]) * 25) == (start, end)
    asset = film.inside("asset", "add", str(write_tone(tmp_path / "music.wav", 20)))
    film.act("cut", "overwrite", "--asset", asset["id"], "--track", "A2", "--at", "0")
    film.act("cut", "duck", "--track", "A2", "--cues", "script", "--fade", "0")
    [music] = list_clips(film, "A2")
    low = [frame for frame, value, *_ in music["effects"]["curves"]["ducking"] if value == -12]
    assert (low[0], low[-1]) == (start, end)
    film.act("mix", "auto", "--cues", "script")
    film.act("caption", "make", "--overwrite")


def test_moved_and_muted_lines_change_the_times_of_captions(film: Milimo, tmp_path: Path) -> None:
    [line] = list_lines(film)
    [scripted] = film.inside("caption", "make")["captions"]
    film.act("line", "record", line["line"], "--from", str(write_tone(tmp_path / "take.wav", 0.8)))
    film.act("line", "lay")
    [laid] = film.inside("caption", "make", "--overwrite")["captions"]
    assert Fraction(laid["end"]) - Fraction(laid["start"]) == Fraction(4, 5)
    [clip] = list_clips(film, "Dialogue")
    film.act("cut", "set", clip["id"], "--muted")
    [again] = film.inside("caption", "make", "--overwrite")["captions"]
    assert (again["start"], again["end"]) == (scripted["start"], scripted["end"])


def test_ducking_again_replaces_the_ducking_and_names_how_to_remove_it(film: Milimo, tmp_path: Path) -> None:
    for at, name in (("0", "one.wav"), ("20s", "two.wav")):
        asset = film.inside("asset", "add", str(write_tone(tmp_path / name, 15 if at == "0" else 1)))
        film.act("cut", "overwrite", "--asset", asset["id"], "--track", "A2", "--at", at)
    film.act("cut", "duck", "--track", "A2")
    film.act("cut", "duck", "--track", "A2", "--by", "18")
    curves = [clip["effects"].get("curves", {}).get("ducking", ()) for clip in list_clips(film, "A2")]
    assert min(key[1] for curve in curves for key in curve) == -18
    film.act("cut", "duck", "--track", "A2", "--by", "9")
    unchanged = film.act("cut", "duck", "--track", "A2", "--by", "9")
    assert "--off" in unchanged


def test_commands_on_clips_say_what_to_do_for_a_track(film: Milimo, tmp_path: Path) -> None:
    theme = write_tone(tmp_path / "theme.wav", 15)
    assert "softer" in film.act("sound", "library", "use", str(theme))
    film.act("cut", "duck", "theme.wav")
    assert "milimo cut duck --track Music" in film.refusal("cut", "duck", "Music")
    assert "milimo mix set Music --louder=-3" in film.refusal("cut", "louder", "Music", "--", "-3")
    film.act("mix", "automate", "Music", "volume", "--keys", "0:0,50:-6")
    film.refusal("mix", "automate", "Music", "volume", "--keys", "0:0,x")
    film.act("line", "say", "--all")
    film.act("line", "lay")
    refused = film.refusal("cut", "duck", "theme.wav", "--under", "A1")
    assert "--under" in refused.partition("sound on")[2]


def test_recording_without_length_is_refused(film: Milimo, tmp_path: Path) -> None:
    [line] = list_lines(film)
    short = write_tone(tmp_path / "short.wav", 0.001)
    assert "too short" in film.refusal("line", "record", line["line"], "--from", str(short))
    assert list_lines(film) == [line]


def test_caption_list_says_that_a_film_gets_captions_from_its_script(film: Milimo) -> None:
    assert "captions from its script" in film.act("caption", "list")

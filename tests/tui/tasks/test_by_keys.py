"""Test that ten tasks can be done by keys alone in a terminal of 80×24 cells with 256 colours. Each task
needs at most six keys, not counting text and cursor movements.

The earlier counts are those of the previous keymap. A task without a key then needed a command typed after
`:`.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import Cut, SourceKind
from milimo_tui.media.read.probe import probe
from milimo_tui.studio.session.studio import Studio
from tests.front_door import Milimo
from tests.tui import rain_market, studio_setup
from tests.tui.tasks.simulated_user import User, environment

pytestmark = pytest.mark.long("ten tasks")

TICKET = studio_setup.SCRIPT.replace("You are late.", "You lost the ticket?")


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    """Yield a studio with the film Rain Market and its takes."""
    made = rain_market.make_studio(tmp_path / "home", actor="test")
    yield made
    client = made.client_or_none()
    if client is not None:
        client.stop(now=True, wait=5.0)
    made.close()


def cut_of(studio: Studio) -> Cut:
    cut = studio.take_snapshot().cut
    assert cut is not None
    return cut


def clips(studio: Studio, track: str) -> list[PlacedClip]:
    cut = cut_of(studio)
    lane = next(each for each in cut.tracks if each.name == track)
    return sorted(layout(cut).get_row(lane.id), key=lambda placed: placed.start)


def all_clips(studio: Studio) -> list[PlacedClip]:
    return [placed for track in cut_of(studio).tracks for placed in clips(studio, track.name)]


def sitting(studio: Studio) -> User:
    return User(environment(studio.home.root))


def test_1_new_film_from_a_script_on_disk(tmp_path: Path) -> None:
    script = tmp_path / "night train.fountain"
    script.write_text(studio_setup.SCRIPT.replace("Rain Market", "Night Train"))
    home = tmp_path / "home"
    with User(environment(home)) as desk:
        desk.sees("Start a film")
        desk.acts("a")
        desk.sees("script")
        desk.words(str(script), "the path")
        desk.acts("Enter")  # The first Enter leads to the format, which decides the size of every take.
        desk.sees("▸ format")
        desk.acts("Enter")
        desk.sees("Storyboard", "Night Train")
        desk.done(1, "new film from a script on disk", "2")
    studio = Studio.open(home=str(home), actor="test")
    assert len(studio.take_snapshot().story.live_shots()) > 3
    studio.close()


def test_2_fix_a_line_and_remake_its_shot(film: Milimo) -> None:
    [before] = [shot for shot in film.json("shot", "list") if "You are late" in shot["dialogue"]]
    with User({**environment(film.home), **{k: v for k, v in film.env.items() if k != "COLORTERM"}}) as desk:
        desk.sees("Two Lamps", "NORMAL")
        desk.acts("F2")
        desk.sees("Script", "You are late")
        desk.moves("/You are late", "Enter")
        desk.sees("NORMAL")
        desk.acts("i")
        desk.sees("WRITING")
        desk.words("Listen. ")
        desk.sees("Listen. You")
        desk.acts("Esc")
        desk.sees("NORMAL")
        desk.acts("c", "c")
        desk.sees("1 stale")
        desk.acts("m")

        def is_made() -> bool:
            [shot] = [shot for shot in film.json("shot", "list") if shot["id"] == before["id"]]
            return shot["takes"] == before["takes"] + 1 and not shot["stale"] and "Listen" in shot["dialogue"]

        desk.until(is_made, "its shot was not made again")
        desk.done(2, "fix a line and remake its shot", "9")


def test_3_reject_a_take_and_pick_another(studio: Studio) -> None:
    shot = studio.take_snapshot().story.shots[0]
    second = rain_market.add_take(studio.require_project(), shot, seed=77)
    first = studio.take_snapshot().story.shots[0].take
    with sitting(studio) as desk:
        desk.sees("Rain Market", "NORMAL")
        desk.acts("F3")
        desk.sees("Storyboard", "1A")
        desk.acts("Enter")
        desk.sees("take 2")
        desk.acts("Tab")
        desk.moves("j")  # The newest take is listed first.
        desk.acts("x")
        desk.until(
            lambda: any(take.rejected for take in studio.take_snapshot().story.takes), "none was rejected"
        )
        desk.moves("k")
        desk.acts("Enter")
        desk.until(
            lambda: studio.take_snapshot().story.shots[0].take == second.id, "the other was not picked"
        )
        rejected = [take.id for take in studio.take_snapshot().story.takes if take.rejected]
        assert rejected == [first]
        desk.done(3, "reject a take and pick another", "5")


def test_4_title_over_the_second_shot(studio: Studio) -> None:
    with sitting(studio) as desk:
        desk.sees("Rain Market", "NORMAL")
        desk.acts("F4")
        desk.sees("Timeline", "V1", "NORMAL")
        desk.moves("w")
        desk.acts("Z", "t")
        desk.sees("Title over 1B")
        desk.words("The Last Night")
        desk.acts("Enter")

        def titles() -> list[PlacedClip]:
            return [placed for placed in all_clips(studio) if placed.clip.effects.title is not None]

        desk.until(titles, "there is no title")
        [placed] = titles()
        title = placed.clip.effects.title
        assert title is not None
        assert title.text == "The Last Night"
        assert placed.start == clips(studio, "V1")[1].start
        desk.done(4, "title over the second shot", "3 and a command's words")


def test_5_dissolve_at_an_edit(studio: Studio) -> None:
    with sitting(studio) as desk:
        desk.sees("Rain Market", "NORMAL")
        desk.acts("F4")
        desk.sees("Timeline", "V1", "NORMAL")
        desk.moves("w")
        desk.acts("X")
        # The takes are as long as their shots, so there are no handles for a dissolve.
        desk.sees("let the clips overlap")
        desk.acts("X")
        desk.until(lambda: cut_of(studio).transitions, "nothing dissolves")
        desk.done(5, "dissolve at an edit", "3")


def test_6_louder_music_under_speech(studio: Studio) -> None:
    rain_market.add_sound(studio.require_project(), cut_of(studio))
    with sitting(studio) as desk:
        desk.sees("Rain Market", "NORMAL")
        desk.acts("F4")
        desk.sees("Timeline", "A2", "NORMAL")
        desk.moves("jj")
        desk.words("6")
        desk.acts("Z", "+")
        desk.until(lambda: clips(studio, "A2")[0].clip.gain_db == 6, "it is as loud as before")
        desk.done(6, "louder music under speech", "3 and a command's words")


def test_7_slow_a_clip_to_half(studio: Studio) -> None:
    frames = clips(studio, "V1")[1].clip.frames
    with sitting(studio) as desk:
        desk.sees("Rain Market", "NORMAL")
        desk.acts("F4")
        desk.sees("Timeline", "V1", "NORMAL")
        desk.moves("w")
        desk.acts("Z", "v")
        desk.sees("SPEED")
        desk.words("50")
        desk.acts("Enter")
        desk.until(
            lambda: clips(studio, "V1")[1].clip.effects.speed == Fraction(1, 2), "it is as fast as before"
        )
        assert clips(studio, "V1")[1].clip.frames == 2 * frames
        desk.done(7, "slow a clip to half", "3 and a command's words")


def test_8_place_a_photo_for_three_seconds(studio: Studio, tmp_path: Path) -> None:
    folder = Path(str(tmp_path / "user"))
    folder.mkdir(exist_ok=True)
    Image.fromarray(np.full((60, 90, 3), 120, np.uint8)).save(folder / "photo.png")
    with sitting(studio) as desk:
        desk.sees("Rain Market", "NORMAL")
        desk.acts("F6")
        desk.sees("Media", "NORMAL")
        desk.acts("a")
        desk.sees("photo.png")
        desk.acts("Enter")
        desk.sees("p insert in cut", "photo.png")
        desk.acts("p")
        desk.sees("shown for")
        desk.words("3s")
        desk.acts("Enter")

        def photos() -> list[PlacedClip]:
            return [each for each in clips(studio, "V1") if each.clip.source.kind is SourceKind.ASSET]

        desk.until(photos, "there is no photo in the cut")
        assert [(each.clip.frames, each.start) for each in photos()] == [(75, 0)]
        desk.sees("Timeline")
        desk.done(8, "place a photo for three seconds", "7")


def test_9_deliver_h264_and_prores(film: Milimo) -> None:
    with User({**environment(film.home), **{k: v for k, v in film.env.items() if k != "COLORTERM"}}) as desk:
        desk.sees("Two Lamps", "NORMAL")
        film.act("cut", "remove", "1B")  # The change makes the film that was rendered before outdated.
        before = len(film.json("run", "film.list"))
        desk.acts("F8")
        desk.sees("Film", "NORMAL")
        desk.acts("P")
        desk.sees("deliver as", "h264")
        desk.acts("Enter")
        desk.moves("/prores", "Enter")
        desk.acts("Enter")
        desk.sees("2 outputs")
        desk.acts("c", "c")

        def films() -> list[dict[str, str]]:
            return list(film.json("run", "film.list"))[before:]

        desk.until(lambda: len(films()) == 2, "not both were rendered")
        made = sorted(probe(Path(each["film"])).video_codec for each in films())
        assert made == ["h264", "prores"]
        desk.done(9, "deliver H.264 and a ProRes", "7")


def test_10_find_who_said_ticket(tmp_path: Path) -> None:
    studio_setup.make_studio(tmp_path / "home", TICKET).close()
    with User(environment(tmp_path / "home")) as desk:
        desk.sees("Rain Market", "NORMAL")
        desk.acts("ctrl+f")
        desk.sees("FIND")
        desk.words("ticket")
        desk.sees("MARA", "You lost the ticket?")
        desk.done(10, "find who said “ticket”", "1")

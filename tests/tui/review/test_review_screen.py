"""Test the Review screen by keys: moving through new results, playback, comparison, rating, and the
remembered state.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.jobs.client.client import Client
from milimo_tui.story.values.film import Shot, Take
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from tests.budget import thorough
from tests.tui.rain_market import make_studio
from tests.tui.review.night_film import make_night
from tests.tui.stage import Stage, on


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with the results of one night. The home is made once, and each test copies it."""
    home = tmp_path_factory.mktemp("night") / "home"
    make_night(home).close()
    return home


@pytest.fixture
def studio(night: Path, tmp_path: Path) -> Iterator[Studio]:
    shutil.copytree(night, tmp_path / "home")
    studio = make_studio(tmp_path / "home")
    yield studio
    client = studio.client_or_none()
    if client is not None:
        client.stop(now=True, wait=5.0)
    studio.close()


async def reviewing(stage: Stage) -> None:
    """Wait until the inbox is on the screen."""
    await stage.until(lambda: stage.screen.review is not None and stage.screen.review.began is not None)
    await stage.settle()


def looked_at(stage: Stage) -> str:
    """Return the take that is loaded for playback, or an empty string if no take is loaded."""
    looked = stage.screen.take_player.loaded
    return str(looked.take) if looked else ""


def take_of(studio: Studio, number: str, place: int) -> Take:
    story = studio.take_snapshot().story
    shot = shot_of(studio, number)
    return [take for take in story.takes if take.shot == shot.id][place - 1]


def shot_of(studio: Studio, number: str) -> Shot:
    story = studio.take_snapshot().story
    return next(shot for shot in story.shots if story.numbers[shot.id] == number)


def rows(studio: Studio, **values: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = registry.run_by_id(studio, "review.list", values).data
    return found


@pytest.mark.long("screens")
async def test_morning_list_shows_results_and_reasons_for_failures(studio: Studio) -> None:
    async with on(studio, "review", (110, 30)) as stage:
        await reviewing(stage)
        text = "\n".join(stage.lines())
        assert "you were away" in text
        assert "4 made   1 failed   1 skipped   1 stepped down" in text
        assert "1 of 6" in text
        assert "[1A·2 ○]" in text
        for words in ("take 2 of 2", "seed 504", "made in 41 s", "not picked", "✓ sound", "Rain on tin"):
            assert words in text, words
        await stage.press("j")
        assert "by 1 level" in " ".join(
            line[60:].strip(" ▀▄▌▐▖▗▘▝▚▞▙▟▛▜█▁▂▃▅▆▇▏▎▍▋▊▉")
            for line in stage.lines()  # The text ends where the picture next to it begins.
        )
        await stage.press("j", "j", "j")
        text = "\n".join(stage.lines())
        for words in ("3B failed", "out of memory", "fewer frames", "tries it again"):
            assert words in text, words
        await stage.press("G")
        assert "waited for 3B take" in "\n".join(stage.lines())


@pytest.mark.long("screens")
async def test_take_is_picked_by_enter_and_the_pick_undone(studio: Studio) -> None:
    first, second = take_of(studio, "1A", 1), take_of(studio, "1A", 2)
    async with on(studio, "review") as stage:
        await reviewing(stage)
        await stage.press("enter")
        assert shot_of(studio, "1A").take == second.id
        assert second.job in studio.take_snapshot().story.seen
        await stage.until(lambda: "[1A·2 ●]" in "\n".join(stage.lines()))
        await stage.press("u")
        assert shot_of(studio, "1A").take == first.id
        await stage.until(lambda: "[1A·2 ○]" in "\n".join(stage.lines()))


@pytest.mark.long("screens")
async def test_stars_rejections_and_remarks_are_stored_with_the_take(studio: Studio) -> None:
    async with on(studio, "review") as stage:
        await reviewing(stage)
        await stage.press("*", "4")
        assert take_of(studio, "1A", 2).rating == 4
        await stage.until(lambda: "1A·2 ○★★★★" in "\n".join(stage.lines()))
        await stage.press("i")
        await stage.type("hold on her eyes")
        await stage.press("enter")
        assert take_of(studio, "1A", 2).note == "hold on her eyes"
        await stage.until(lambda: "hold on her eyes" in "\n".join(stage.lines()))
        await stage.press("x")
        assert take_of(studio, "1A", 2).rejected
        await stage.until(lambda: "1A·2 –" in "\n".join(stage.lines()))
        await stage.press("x")
        assert not take_of(studio, "1A", 2).rejected


@pytest.mark.long("screens")
async def test_rejected_picked_take_is_replaced_by_the_other(studio: Studio) -> None:
    async with on(studio, "review") as stage:
        await reviewing(stage)
        await stage.press("enter", "x")
        assert shot_of(studio, "1A").take == take_of(studio, "1A", 1).id
        assert "take 1 of 2 ★★★★" in stage.said


@pytest.mark.long("screens")
async def test_next_skips_a_take_and_only_that_empties_the_inbox(studio: Studio) -> None:
    async with on(studio, "review") as stage:
        await reviewing(stage)
        await stage.press("j", "k", "l", "h")
        assert len([row for row in rows(studio) if not row["seen"]]) == 6
        await stage.press(";")
        assert [row["number"] for row in rows(studio) if row["seen"]] == ["1A"]
        assert stage.screen.item.number == "1B"
        await stage.press(",")
        assert stage.screen.item.number == "1A"
        await stage.press("6", ";")
        assert all(row["seen"] for row in rows(studio, all=True))
        assert "the last" in stage.said
        assert len(stage.screen.review.items) == 6, "nothing vanishes under the cursor"
        await stage.press("g", "h")
        await stage.press("g", "v")
        await stage.until(lambda: "There is nothing to review" in "\n".join(stage.lines()))
        assert rows(studio) == []
        await stage.press("f")
        await stage.until(lambda: len(stage.screen.review.items) == 13)


@pytest.mark.long("screens")
async def test_take_plays_from_here_and_stops(studio: Studio) -> None:
    async with on(studio, "review") as stage:
        await reviewing(stage)
        await stage.until(lambda: stage.screen.take_player.loaded is not None)
        await stage.press("5", "l")
        assert stage.screen.take_player.frame == 5
        await stage.pilot.press("space")
        await stage.until(lambda: stage.screen.take_player.frame > 8)
        await stage.pilot.press("space")
        await stage.until(lambda: not stage.screen.take_player.playing)
        stopped = stage.screen.take_player.frame
        assert f"{stopped // 25:02d}:{stopped % 25:02d} / 04:00" in "\n".join(stage.lines())
        await stage.press(";")
        assert stage.screen.take_player.frame == 0


@pytest.mark.long("screens")
async def test_single_take_opens_in_full_screen_and_a_grid_does_not(studio: Studio) -> None:
    async with on(studio, "review") as stage:
        await reviewing(stage)
        await stage.until(lambda: stage.screen.take_player.loaded is not None)
        await stage.press("5", "l", "F")
        assert stage.screen.MODE == "player"
        await stage.until(lambda: stage.screen.source_player.source is not None)
        await stage.press("l", "F")
        assert stage.screen.MODE == "review"
        assert stage.screen.take_player.frame == 6
        await stage.press("v", "F")
        assert stage.screen.MODE == "review"
        assert "grid" in stage.said


@pytest.mark.long("screens")
async def test_other_takes_are_compared_at_the_same_playhead(studio: Studio) -> None:
    first, second = take_of(studio, "1A", 1), take_of(studio, "1A", 2)
    async with on(studio, "review") as stage:
        await reviewing(stage)
        await stage.until(lambda: stage.screen.take_player.loaded is not None)
        await stage.press("9", "l", ")")
        await stage.until(lambda: looked_at(stage) == first.id)
        assert stage.screen.take_player.frame == 9
        assert "take 1 of 2" in "\n".join(stage.lines())
        await stage.press("enter")
        await stage.press("(")
        await stage.until(lambda: looked_at(stage) == second.id)
        await stage.press("A")
        await stage.until(lambda: looked_at(stage) == first.id)
        assert "take 2" in "\n".join(stage.lines())
        await stage.press("A")
        await stage.until(lambda: looked_at(stage) == second.id)
        await stage.press("escape")
        assert "A/B" not in "\n".join(stage.lines())


@pytest.mark.long("screens")
async def test_two_takes_are_side_by_side_where_they_fit(studio: Studio) -> None:
    async with on(studio, "review", (160, 45)) as stage:
        await reviewing(stage)
        await stage.press("A")
        await stage.until(lambda: stage.screen.take_player.loaded_beside is not None)
        one, other = stage.screen.query_one("#picture"), stage.screen.query_one("#other")
        await stage.until(lambda: one.drawing is not None and other.drawing is not None)
        assert one.region.right < other.region.x
        assert one.size == other.size
        await stage.press("escape")
        assert not other.display


@pytest.mark.long("screens")
async def test_contact_sheet_shows_all_and_its_keys_act_on_the_card(studio: Studio) -> None:
    async with on(studio, "review", (120, 40)) as stage:
        await reviewing(stage)
        await stage.press("s")
        text = "\n".join(stage.lines())
        assert "EXT. MARKET STREET - NIGHT" in text
        assert "2 takes, 2" in text
        length = float(shot_of(studio, "1A").frames / studio.take_snapshot().story.project.rate)
        (row,) = (line for line in stage.lines() if "1A" in line and "1B" in line)
        assert f"{length:.1f}s" in row, "the shot's length, not how long its making took"
        await stage.press("l")
        assert stage.screen.item.number == "1B"
        await stage.press("enter")
        assert shot_of(studio, "1B").take == take_of(studio, "1B", 2).id
        await stage.press("s")
        assert "2 of 6" in "\n".join(stage.lines())


@pytest.mark.long("screens")
async def test_failure_opens_its_job_its_shot_and_a_retry(studio: Studio) -> None:
    async with on(studio, "review") as stage:
        await reviewing(stage)
        await stage.press("4", "j")
        assert stage.screen.item.job == "job_failed"
        await stage.press("*", "3")
        assert "nothing is selected" in stage.said
        await stage.press("x")
        assert "be rejected" in stage.said
        await stage.press("e")
        assert stage.screen.TITLE == "Shot"
        assert "3B" in stage.lines()[0]
        await stage.press("escape")
        await stage.press("r")
        await stage.until(lambda: studio.require_client().fetch_job("job_failed").state != "failed")
        await stage.until(lambda: stage.screen.item is not None and stage.screen.item.state.value != "failed")
        assert stage.screen.item.job == "job_failed"
        await stage.until(lambda: stage.screen.item.take, "made at the second try, it is a take where it was")
        assert (stage.screen.item.number, stage.screen.item.seen) == ("3B", False)
        await stage.press("j")
        assert stage.screen.item.job == "job_skipped"
        await stage.press("enter")
        await stage.until(lambda: stage.app.current_mode == "jobs")


@pytest.mark.long("screens")
async def test_judgement_of_another_terminal_is_shown(studio: Studio) -> None:
    async with on(studio, "review") as stage:
        await reviewing(stage)
        other = make_studio(studio.home.root, actor="terminal-b")
        take = take_of(other, "1B", 2)
        registry.run_by_id(other, "shot.rate", {"id": take.shot, "take": take.id, "rating": 2})
        other.close()
        await stage.until(lambda: "1B·2 ○↓★★" in "\n".join(stage.lines()))


@pytest.mark.long("screens")
async def test_message_line_reports_new_takes_and_home_opens_them(studio: Studio) -> None:
    text = "4 takes arrived while you were away, 1 job failed"
    async with on(studio, "storyboard") as stage:
        await stage.until(lambda: text in stage.said)
        assert "g v" in stage.said
        await stage.press("g", "h")
        await stage.until(lambda: "4 arrived, 1 failed" in "\n".join(stage.lines()[:-2]), "its card")
    assert registry.run_by_id(studio, "app.next").data["command"] == "milimo review"
    registry.run_by_id(studio, "review.seen", {"all": True})
    assert registry.run_by_id(studio, "app.next").data["command"] != "milimo review"


@pytest.mark.long("screens")
async def test_studio_and_shell_report_the_same_new_takes(studio: Studio) -> None:
    """Neither the studio nor the shell still reports a failed job of the night after the job was retried
    successfully.
    """
    text = "4 takes arrived while you were away"
    async with on(studio, "storyboard") as stage:
        await stage.until(lambda: f"{text}, 1 job failed" in stage.lines()[-2])
        registry.run_by_id(studio, "job.retry", {"ids": ["job_failed"]})
        await stage.until(lambda: "made 3B" in stage.said)
        await stage.press("l")  # The next key removes the message.
        await stage.until(lambda: text in stage.lines()[-2] and "failed" not in stage.lines()[-2])
        assert registry.run_by_id(studio, "app.next").data["why"].startswith(f"{text}: ")


@pytest.mark.long("screens")
async def test_empty_inbox_explains_its_purpose(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    async with on(studio, "review", (80, 24)) as stage:
        await stage.until(lambda: "There is nothing to review" in "\n".join(stage.lines()))
        text = "\n".join(stage.lines())
        assert "g b" in text
        for key in ("enter", "x", "space", ";", "A", ")", "i", "r", "e", "s"):
            await stage.press(key)
            if stage.screen.prompt.is_open:
                await stage.press("escape")
        assert stage.app.current_mode == "review"
    studio.close()


@pytest.mark.long("screens")
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50), (300, 80), (90, 60)])
async def test_nothing_overlaps_or_is_cut_off_at_any_size(studio: Studio, size: tuple[int, int]) -> None:
    async with on(studio, "review", size) as stage:
        await reviewing(stage)
        await stage.pilot.pause()
        names = ("picture", "transport", "facts", "strip")
        boxes = {id: stage.screen.query_one(f"#{id}").region for id in names}
        wide, high = size
        assert not boxes["picture"].overlaps(boxes["facts"])
        assert boxes["picture"].bottom <= boxes["transport"].y
        assert boxes["transport"].bottom <= boxes["strip"].y
        assert boxes["strip"].bottom == high - 2
        assert boxes["facts"].right <= wide
        assert boxes["picture"].area > wide * high / 4.5, "the picture is what it is about"


@pytest.mark.long("screens")
@pytest.mark.parametrize("size", thorough("screens", [(80, 24), (200, 50)], one=True))
async def test_sweep_of_a_take_is_printed(studio: Studio, tmp_path: Path, size: tuple[int, int]) -> None:
    async with on(studio, "review", size) as stage:
        await reviewing(stage)
        await stage.press("c", "p")
        assert "sheet of 1A" in stage.text
        await stage.press("ctrl+u")
        await stage.type(str(tmp_path / "takes.pdf"))
        await stage.press("enter")
        assert "queued takes.pdf" in stage.said
        await stage.press("4", "j", "c", "p")
        assert "be printed" in stage.said
        client: Client = studio.require_client()
        [job] = [job for job in client.list_jobs() if job.kind == "print_boards"]
        assert job.label == "Contact sheet in takes.pdf"

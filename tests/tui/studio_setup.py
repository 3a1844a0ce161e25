"""Helpers for the screen tests: a new film, an app on it, and waiting until no work is in progress."""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

from rich.text import Text
from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot

from milimo_tui.core.ids import new_id
from milimo_tui.story.values.film import Asset, AssetKind, Take
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.app.app import MilimoApp
from tests.tui import keyboard

PATIENCE = 240.0  # Time limit in seconds on a busy machine.

SCRIPT = """Title: Rain Market
Author: Nobody

EXT. MARKET STREET - NIGHT

Rain on tin roofs. Wide on the market, lanterns swinging.

MARA, grey coat, walks against the crowd.

INT. NOODLE BAR - NIGHT

Steam fills the bar. JUN stirs a pot without looking up.

MARA
You are late.

JUN
(smiling)
I was never coming.

CLOSE ON a coin on the counter. It spins, slows, falls.

CUT TO:

EXT. ROOFTOP - DAWN

The city, grey and enormous. Mara alone at the edge.
"""


def make_studio(home: Path, script: str | None = SCRIPT) -> Studio:
    """Open a studio in a new home, with a film of `script`, or without a film if `script` is None.

    Importing a script takes fifty times as long as copying a home, so each test process imports a script
    once. The film has the same id in every copy.
    """
    if script is not None:
        shutil.copytree(_import_script(script), home)
        home.with_name("rain-market.fountain").write_bytes(script.encode())
    return Studio.open(home=str(home), actor="test")


@cache
def _import_script(script: str) -> Path:
    """Import a script into a home of its own and return that home; it is removed when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="milimo-film-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "rain-market.fountain"
    path.write_bytes(script.encode())
    studio = Studio.open(home=str(folder / "home"), actor="test")
    try:
        registry.run_by_id(studio, "script.import", {"script": str(path)})
    finally:
        studio.close()
    return folder / "home"


def add_take(studio: Studio, shot: str, job: str, *, seed: int = 1) -> str:
    """Add a take whose media file does not exist to a shot, and return its id."""
    asset = Asset(id=new_id("asset"), kind=AssetKind.VIDEO, path=f"media/{job}.mov", name=job)
    take = Take(
        id=new_id("take"), shot=shot, asset=asset.id, job=job, engine="animatic", seed=seed, frames=100
    )
    assert studio.require_project().facts.add_take(take, asset)
    return take.id


async def until(pilot: Pilot[int], what: Callable[[], bool]) -> None:
    """Wait until `what` returns True. A timeout fails with the text of the screen."""
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, f"never so; the screen shows:\n{screen_text(pilot)}"
        await asyncio.sleep(0.005)


async def settle(pilot: Pilot[int]) -> None:
    """Wait until the film is loaded and no background lane is working."""
    app = pilot.app
    assert isinstance(app, MilimoApp)
    await until(pilot, lambda: app.film_known and app.current_mode != "opening")
    quiet = 0
    while quiet < 3:
        await keyboard.calm(pilot)
        quiet = 0 if any(lane.is_busy for lane in (app.editing, app.working, app.reading)) else quiet + 1


@asynccontextmanager
async def opened(
    studio: Studio, *, size: tuple[int, int] = (80, 24), mode: str = ""
) -> AsyncIterator[tuple[MilimoApp, Pilot[int]]]:
    """Run the app on a studio, wait until it has settled, and close everything that it started at the end."""
    app = MilimoApp(studio, mode=mode)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        yield app, pilot
        app.follower.stop_following()
    await asyncio.sleep(0)


async def press(pilot: Pilot[int], keys: str) -> None:
    """Press keys separated by spaces, then wait. A leading `"` types the rest as text, in which an underscore
    stands for a space.
    """
    for key in keys.split():
        if key.startswith('"'):
            await type_in(pilot, key[1:].replace("_", " "))
        else:
            await keyboard.press(pilot, key)
    await settle(pilot)


async def type_in(pilot: Pilot[int], words: str) -> None:
    """Type words without pauses, as a paste or a fast typist does."""
    for character in words:
        key = character if character.isalnum() else _character_to_key(character)
        pilot.app.post_message(events.Key(key, character))
    await keyboard.calm(pilot)


def screen_text(pilot: Pilot[int]) -> str:
    """Return the text of the screen as lines."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


def plain(text: Text | str) -> str:
    return text.plain if isinstance(text, Text) else text

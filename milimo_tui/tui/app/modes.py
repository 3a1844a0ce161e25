"""The modes of the studio, such as Home or Timeline, each with the screen that it shows. A screen's module is
imported when its mode is first entered. `OpeningScreen` is shown before the first mode.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.screen import Screen
from textual.widget import Widget

from milimo_tui.core.screens import ScreenName

if TYPE_CHECKING:
    from textual.app import ComposeResult

# Mode → module and class; imported when the mode is first entered.
SCREENS: Mapping[ScreenName, tuple[str, str]] = {
    ScreenName.HOME: ("milimo_tui.tui.home.home", "HomeScreen"),
    ScreenName.SCRIPT: ("milimo_tui.tui.script.screen", "ScriptScreen"),
    ScreenName.STORYBOARD: ("milimo_tui.tui.storyboard.storyboard", "StoryboardScreen"),
    ScreenName.TIMELINE: ("milimo_tui.tui.timeline.screen", "TimelineScreen"),
    ScreenName.ELEMENTS: ("milimo_tui.tui.storyboard.elements", "ElementsScreen"),
    ScreenName.MEDIA: ("milimo_tui.tui.media.screen", "MediaScreen"),
    ScreenName.REVIEW: ("milimo_tui.tui.review.screen", "ReviewScreen"),
    ScreenName.JOBS: ("milimo_tui.tui.jobs.screen", "JobsScreen"),
    ScreenName.MODELS: ("milimo_tui.tui.weights.models", "ModelsScreen"),
    ScreenName.FILM: ("milimo_tui.tui.film.screen", "FilmScreen"),
}


class OpeningScreen(Screen[None]):
    """The first frame of the studio: only the product's name, because no film has been read yet."""

    class Name(Widget):
        def render(self) -> Text:
            return Text(" Milimo", style="bold")

    def compose(self) -> ComposeResult:
        yield self.Name()


def make_screen_factory(mode: ScreenName) -> Callable[[], Screen[Any]]:
    """Return a function that creates a mode's screen. Textual calls it when the mode is first entered."""

    def make() -> Screen[Any]:
        module, name = SCREENS[mode]
        screen: Screen[Any] = getattr(import_module(module), name)()
        return screen

    return make

"""The steps of the guided tour. Each step has the keys to press, a text about their effect, and a test for
its completion.

docs/tour.md describes the same steps at length. Keys are named by their actions, so that the tour shows the
user's own keys.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from milimo_tui.core.screens import ScreenName
from milimo_tui.studio.session.studio import FilmSnapshot

FILM = "Rain Market, the tour"
LINE = "It is paid"  # A line of dialogue in the sample screenplay, which the user searches for in one step.
ADDED = "Listen. "


@dataclass(frozen=True, slots=True)
class TourState:
    """The values that a step's test reads.

    - `mode` is the visible screen, and `searched` the text that the user searched for there.
    - `is_typing` is True while the user types a text, and `unsaved` is True if there is unsaved text.
    - `film` is the present film, and `before` the film at the start of the step.
    - `acts` counts the actions run since the start of the step, by name.
    """

    mode: str
    is_typing: bool
    searched: str
    unsaved: bool
    film: FilmSnapshot | None
    before: FilmSnapshot | None
    acts: Mapping[str, int] = field(default_factory=dict)

    def has_done(self, run: str) -> bool:
        """Return True if the user has run the action named `run` since the current step began."""
        return bool(self.acts.get(run))

    def has_changed(self, count: Callable[[FilmSnapshot], Any]) -> bool:
        """Return True if the film has changed since the step began, as measured by `count`. The function
        `count` is called with the film at the start of the step and with the present film.
        """
        return self.film is not None and self.before is not None and count(self.film) != count(self.before)


@dataclass(frozen=True, slots=True)
class TourStep:
    """A step of the tour.

    `keys` are pressed in order, and may include text to type. `words` is the text shown with them. `done`
    returns True if the user has completed the step.
    """

    keys: tuple[str, ...]
    words: str
    done: Callable[[TourState], bool]


def _make_mode_test(mode: str) -> Callable[[TourState], bool]:
    return lambda seen: seen.mode == mode


def _count_clips(film: FilmSnapshot) -> int:
    return len(film.cut.clips) if film.cut is not None else 0


def _get_boarded_text(film: FilmSnapshot) -> str:
    return film.story.project.boarded


def _count_takes(film: FilmSnapshot) -> int:
    return len(film.story.takes)


STEPS: tuple[TourStep, ...] = (
    TourStep(
        ("{ui.mode script}",),
        "the screenplay, with a list of its scenes and shots",
        _make_mode_test(ScreenName.SCRIPT),
    ),
    TourStep(
        ("{ui.search}", LINE, "Enter"),
        "go to that line of dialogue",
        lambda seen: LINE.casefold() in seen.searched.casefold() and seen.mode == ScreenName.SCRIPT,
    ),
    TourStep(
        ("{ui.write}", ADDED, "Esc"),
        "write into the line; Esc ends writing",
        lambda seen: seen.unsaved and not seen.is_typing,
    ),
    TourStep(
        ("{ui.commit}",),
        "commit: the text becomes shots, takes stay",
        lambda seen: seen.has_changed(_get_boarded_text),
    ),
    TourStep(
        ("{ui.mode storyboard}",), "the storyboard: one card per shot", _make_mode_test(ScreenName.STORYBOARD)
    ),
    TourStep(
        ("{shot.make}",),
        "make a take of the shot under the cursor",
        lambda seen: seen.has_done("shot.make") or seen.has_changed(_count_takes),
    ),
    TourStep(
        ("{ui.mode jobs}",),
        "jobs: the take is being made, you can go on working",
        _make_mode_test(ScreenName.JOBS),
    ),
    TourStep((), "wait: the take arrives by itself", lambda seen: bool(seen.film and seen.film.story.takes)),
    TourStep(
        ("{ui.mode timeline}",),
        "the timeline: the take is in the cut already",
        _make_mode_test(ScreenName.TIMELINE),
    ),
    TourStep(("{ui.play}", "{ui.play}"), "play, then stop", lambda seen: seen.acts.get("ui.play", 0) > 1),
    TourStep(
        ("{ui.move start}", "20{ui.move frame_on}", "{cut.split}"),
        "go to frame 20 and split the clip there",
        lambda seen: seen.has_changed(_count_clips),
    ),
    TourStep(
        ("{ui.undo}",),
        "undo any action, even after a restart",
        lambda seen: seen.has_done("ui.undo"),
    ),
    TourStep(
        ("{ui.help}", "Esc"),
        "all keys of this screen; {overlay:ui.search} searches by your words",
        lambda seen: seen.has_done("ui.help"),
    ),
    TourStep(
        ("{ui.mode film}",), "the film: here it is rendered and delivered", _make_mode_test(ScreenName.FILM)
    ),
    TourStep(("{ui.mode home}",), "home again: that was the tour", _make_mode_test(ScreenName.HOME)),
)

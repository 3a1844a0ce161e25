"""Looking closely, on any screen with a picture: scopes, guides, zoom, the colour of a pixel, two compared.

A part that a screen holds: it keeps how the picture is viewed and answers the keys behind `%`. The screen
hands `viewing` and `beside` to its `Monitor`, and the monitor's `facts` back by `show_facts`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from textual.timer import Timer

from milimo_tui.core.errors import BadInput
from milimo_tui.media.scopes.viewing import MOST_ZOOM, PLAIN, Viewing

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.shell.screen import StudioScreen
    from milimo_tui.tui.widgets.picture import Picture

HAND = "viewing_hand"  # the context of keys that move what is in hand
RATIOS = {
    "2.39": Fraction(239, 100),
    "1.85": Fraction(185, 100),
    "1.33": Fraction(4, 3),
    "9:16": Fraction(9, 16),
}
FLICKER_SECONDS = 0.5  # each of two pictures is seen so long
PAN = 1 / 8  # of what is seen, a key
WIPE = 1 / 50  # of the width, a key
BIG = 10  # keys of the large step count so many times
STEPS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


Frame = TypeVar("Frame")  # a screen's: of a plan, or of a file
Frame_co = TypeVar("Frame_co", covariant=True)


class Viewed(Protocol[Frame_co]):
    """What a screen gives: its picture's size, what is compared, and how it is drawn again.

    Its pictures are frames of plans, or of files.
    """

    def viewed_raster(self) -> tuple[int, int] | None:
        """Return width and height of the film's picture; None where there is none."""

    def viewed_frame(self) -> Frame_co | None:
        """Return the frame that is shown; None for none."""

    def second_frame(self) -> Frame_co | None:
        """Return what to compare the picture with, where the screen has a pair; None where it has none."""

    def find_second(self) -> bool:
        """Look for something to compare with; return whether there is, after saying why there is not."""

    def view_anew(self) -> None:
        """Draw the picture as it is viewed now."""


class ViewingHand:
    """The keys of what is in hand: the cross, the line of a wipe, or the part of the picture that is seen."""

    def __init__(self, keys: ViewingKeys[Any]) -> None:
        self._keys = keys

    def act_nudge(self, key_command: KeyCommand) -> None:
        """Move what is in hand by a step, or by so many."""
        given = key_command.binding.args
        across, down = STEPS[str(given["to"])]
        times = key_command.times * (BIG if given.get("big") else 1)
        self._keys.move_hand(across * times, down * times)

    def act_out(self, key_command: KeyCommand) -> None:
        """Let go; the cross of a colour goes with it."""
        self._keys.let_go()

    def act_enter(self, key_command: KeyCommand) -> None:
        """Let go, and leave the rest as it is seen."""
        self._keys.let_go()


class ViewingKeys(Generic[Frame]):
    """How a screen's picture is viewed, and the keys that change it."""

    def __init__(
        self,
        screen: StudioScreen,
        viewed: Viewed[Frame],
        *,
        once_there: Callable[[Callable[[], None]], None] = lambda act: act(),
    ) -> None:
        """`once_there` calls what it is given once there is a picture: a screen may have to load it first."""
        self._screen, self._viewed, self._once_there = screen, viewed, once_there
        self.viewing = PLAIN
        self.in_hand = ""  # colour, wipe or zoom: what h j k l move
        self.hand = ViewingHand(self)
        self.grabbed: Frame | None = None
        self._facts: Mapping[str, Any] = {}
        self._flicker: Timer | None = None
        self._is_due = False  # the picture as it is viewed now has not come yet

    # -- what is seen ----------------------------------------------------------------------------------

    @property
    def beside(self) -> Frame | None:
        """What the picture is compared with, while it is: the screen's pair, else the grabbed frame."""
        if not self.viewing.compare:
            return None
        return self._viewed.second_frame() or self.grabbed

    def show_facts(self, facts: Mapping[str, Any]) -> None:
        """Take what the viewer found in the picture that came."""
        self._is_due = False
        if facts != self._facts:
            self._facts = facts
            self._screen.refresh_lines()

    def words(self) -> str:
        """Say what is seen besides the picture, for the line of the place; empty for the picture alone."""
        viewing, facts = self.viewing, self._facts
        out = []
        if viewing.pixel is not None and "rgb" in facts:
            (x, y), (red, green, blue) = facts["pixel"], facts["rgb"]
            out.append(f"{x}, {y}  RGB {red} {green} {blue}  luma {facts['luma']}, {facts['percent']:g} %")
        if viewing.compare == "difference" and "differs" in facts:
            share, most = facts["differs"], facts["most"]
            out.append(f"{100 * share:.3g} % differs, by {most} at most" if most else "nothing differs")
        elif viewing.compare == "flicker":
            out.append("flicker: the other" if viewing.other_side else "flicker: this one")
        elif viewing.compare:
            out.append(viewing.compare)
        if viewing.scope:
            out.append(viewing.scope + _levels_text(facts))
        if viewing.ratio is not None:
            out.append(ratio_name(viewing.ratio))
        for name in ("safe", "thirds", "alpha"):
            if getattr(viewing, name):
                out.append(name)
        if viewing.zoom > 1:
            out.append(f"{viewing.zoom}×")
        return "  ".join(out)

    def view(self, viewing: Viewing) -> None:
        """View the picture so; drawn again where that is another way."""
        if viewing == self.viewing:
            return
        self.viewing, self._facts, self._is_due = viewing, {}, True
        self._set_flicker(viewing.compare == "flicker")
        self._viewed.view_anew()
        self._screen.refresh_lines()

    # -- scopes and guides -----------------------------------------------------------------------------

    def act_scope(self, key_command: KeyCommand) -> None:
        """Show a scope in the corner; once more: as large as the picture; once more: none."""
        name, now = str(key_command.binding.args["scope"]), self.viewing
        if now.scope != name:
            self.view(replace(now, scope=name, large=False))
        elif not now.large:
            self.view(replace(now, large=True))
        else:
            self.view(replace(now, scope="", large=False))

    def act_guide(self, key_command: KeyCommand) -> None:
        """Show or hide safe areas or thirds."""
        now = self.viewing
        if key_command.binding.args["guide"] == "safe":
            self.view(replace(now, safe=not now.safe))
        else:
            self.view(replace(now, thirds=not now.thirds))

    async def act_ratio(self, key_command: KeyCommand) -> None:
        """Mask the picture to a ratio that is asked for; take a mask that is there away."""
        if self.viewing.ratio is not None:
            self.view(replace(self.viewing, ratio=None))
            return
        answer = await self._screen.ask("ratio, such as 2.39 or 9:16", suggestions=tuple(RATIOS))
        if answer is None:
            return
        try:
            self.view(replace(self.viewing, ratio=read_ratio(answer or "2.39")))
        except BadInput as error:
            self._screen.say(str(error), "error", error.hint)

    def act_alpha(self, key_command: KeyCommand) -> None:
        """Show how much the uppermost picture covers: its alpha and its matte, white where it is whole."""
        self.view(replace(self.viewing, alpha=not self.viewing.alpha))

    def act_view_plain(self, key_command: KeyCommand) -> None:
        """Show the picture alone, whole."""
        self.in_hand = ""
        self.view(PLAIN)

    # -- a pixel, and pixels ---------------------------------------------------------------------------

    def act_pixel(self, key_command: KeyCommand) -> None:
        """Tell the colour of a pixel, and take its cross in hand; or no more."""
        if self.viewing.pixel is not None:
            self._let_go_of_pixel()
        else:
            self._once_there(self._take_pixel)

    def _take_pixel(self) -> None:
        if self._is_picture():
            self.in_hand = "colour"
            self.view(replace(self.viewing, pixel=self.viewing.centre))

    def act_zoom_hand(self, key_command: KeyCommand) -> None:
        """Take the part of the picture that is seen in hand; a whole picture is brought nearer."""
        self._once_there(self._take_zoom)

    def _take_zoom(self) -> None:
        if self._is_picture():
            self.in_hand = "zoom"
            self.view(replace(self.viewing, zoom=max(2, self.viewing.zoom)))
            self._screen.refresh_lines()

    def act_magnify(self, key_command: KeyCommand) -> None:
        """Go nearer, twice as near with each key, or back, or to the whole picture."""
        to, now = str(key_command.binding.args["to"]), self.viewing
        if to == "whole":
            self.view(replace(now, zoom=1, centre=PLAIN.centre))
            return
        times = min(key_command.times, MOST_ZOOM)
        zoom = now.zoom << times if to == "nearer" else now.zoom >> times
        zoom = max(1, min(MOST_ZOOM, zoom))
        if zoom == now.zoom:
            self._screen.say(
                "that is the whole picture" if zoom == 1 else f"{MOST_ZOOM}× is as near as it goes"
            )
        centre = now.pixel if to == "nearer" and now.pixel is not None else now.centre
        self.view(replace(now, zoom=zoom, centre=centre))

    def wheel(self, event: Picture.Wheeled) -> None:
        """Go nearer to what is under the mouse, or back."""
        now = self.viewing
        if self._viewed.viewed_raster() is None:
            return
        zoom = max(1, min(MOST_ZOOM, now.zoom << 1 if event.direction > 0 else now.zoom >> 1))
        if zoom == now.zoom:
            return
        half = 0.5 / zoom
        x, y = (
            min(max(at + (where - 0.5) * (1 / now.zoom - 1 / zoom), half), 1 - half)
            for at, where in zip(now.centre, (event.x, event.y), strict=True)
        )
        self.view(replace(now, zoom=zoom, centre=(x, y) if zoom > 1 else PLAIN.centre))

    def drag(self, event: Picture.Dragged) -> None:
        """Move a picture that is seen near by, as the mouse drags it."""
        now, half = self.viewing, 0.5 / self.viewing.zoom
        if now.zoom > 1:
            x, y = (
                min(max(at - by / now.zoom, half), 1 - half)
                for at, by in zip(now.centre, (event.across, event.down), strict=True)
            )
            self.view(replace(now, centre=(x, y)))

    def act_pan(self, key_command: KeyCommand) -> None:
        """Move the part of the picture that is seen."""
        if self.viewing.zoom == 1:
            self._screen.say("the whole picture is seen", hint="{ui.zoom_hand} goes nearer")
            return
        across, down = STEPS[str(key_command.binding.args["to"])]
        self._pan(across * key_command.times, down * key_command.times)

    def _pan(self, across: int, down: int) -> None:
        now, half = self.viewing, 0.5 / self.viewing.zoom
        step = PAN / now.zoom
        x, y = (
            min(max(at + by * step, half), 1 - half)
            for at, by in zip(now.centre, (across, down), strict=True)
        )
        self.view(replace(now, centre=(x, y)))

    # -- two pictures ----------------------------------------------------------------------------------

    def act_compare_by(self, key_command: KeyCommand) -> None:
        """Compare two pictures by difference, wipe or flicker; or no more."""
        how = str(key_command.binding.args["how"])
        if how == self.viewing.compare == "flicker" and self._screen.studio_app.is_still:
            self._flip()
        elif self.viewing.compare == how:
            self.end_compare()
        else:
            self._once_there(partial(self._compare, how))

    def _compare(self, how: str) -> None:
        if self._viewed.second_frame() is None and self.grabbed is None and not self._viewed.find_second():
            return
        self.in_hand = "wipe" if how == "wipe" else "" if self.in_hand == "wipe" else self.in_hand
        self.view(replace(self.viewing, compare=how, other_side=False))

    def end_compare(self) -> None:
        """Show the picture at hand alone."""
        self.in_hand = "" if self.in_hand == "wipe" else self.in_hand
        self.view(replace(self.viewing, compare="", other_side=False, wipe=PLAIN.wipe))

    def act_grab(self, key_command: KeyCommand) -> None:
        """Grab this frame, to compare others with it."""
        self._once_there(self._grab)

    def _grab(self) -> None:
        found = self._viewed.viewed_frame()
        if found is None:
            self._is_picture()
            return
        self.grabbed = found
        hint = "{ui.compare_by difference} {ui.compare_by wipe} {ui.compare_by flicker} compare with it"
        self._screen.say("this frame is grabbed", "good", hint)
        if self.viewing.compare:
            self._viewed.view_anew()

    def _set_flicker(self, on: bool) -> None:
        if on and self._flicker is None and not self._screen.studio_app.is_still:  # else by the key
            self._flicker = self._screen.set_interval(FLICKER_SECONDS, self._flip)
        elif not on and self._flicker is not None:
            self._flicker.stop()
            self._flicker = None

    def _flip(self) -> None:
        """Show the other of two pictures, while this screen is in front and once the one has come."""
        if self._screen.is_current and not self._is_due:
            self.view(replace(self.viewing, other_side=not self.viewing.other_side))

    # -- in hand ---------------------------------------------------------------------------------------

    def move_hand(self, across: int, down: int) -> None:
        """Move what is in hand by so many steps: the cross by pixels of the film."""
        now, raster = self.viewing, self._viewed.viewed_raster()
        if self.in_hand == "colour" and now.pixel is not None and raster is not None:
            x, y = (
                (min(max(int(at * side) + by, 0), side - 1) + 0.5) / side
                for at, side, by in zip(now.pixel, raster, (across, down), strict=True)
            )
            self.view(replace(now, pixel=(x, y), centre=(x, y) if now.zoom > 1 else now.centre))
        elif self.in_hand == "wipe":
            self.view(replace(now, wipe=min(1.0, max(0.0, now.wipe + across * WIPE))))
        elif self.in_hand == "zoom":
            self._pan(across, down)

    def let_go(self) -> None:
        """Have the keys back; the cross of a colour goes."""
        if self.in_hand == "colour":
            self._let_go_of_pixel()
        else:
            self.in_hand = ""
            self._screen.refresh_lines()

    def _let_go_of_pixel(self) -> None:
        self.in_hand = "" if self.in_hand == "colour" else self.in_hand
        self.view(replace(self.viewing, pixel=None))

    def _is_picture(self) -> bool:
        """Return whether there is a picture, after saying that there is none."""
        if self._viewed.viewed_raster() is not None:
            return True
        self._screen.say("there is no picture to look at here", "warn")
        return False


def _levels_text(facts: Mapping[str, Any]) -> str:
    """Say a scope's numbers: ` 2–71 %` from the darkest to the brightest, ` −18.3 LUFS` now."""
    if "levels" in facts:
        low, high = facts["levels"]
        return f" {low}–{high} %".replace("-", "−")
    return f" {facts['loudness']} LUFS".replace("-", "−") if "loudness" in facts else ""


def read_ratio(text: str) -> Fraction:
    """Read a picture's ratio as people write it: 2.39, 16:9, 9/16. Raises BadInput."""
    if text in RATIOS:
        return RATIOS[text]
    width, _, height = text.replace("/", ":").partition(":")
    try:
        found = Fraction(width.strip()) / Fraction(height.strip() or 1)
    except (ValueError, ZeroDivisionError) as error:
        raise BadInput(f"“{text}” is no ratio", "write it as 2.39 or 16:9") from error
    Viewing(ratio=found)  # refuses what no picture has
    return found


def ratio_name(ratio: Fraction) -> str:
    """Name a ratio as it is asked for: 2.39, 9:16."""
    named = {value: name for name, value in RATIOS.items()}
    return named.get(ratio, f"{float(ratio):.3g}")

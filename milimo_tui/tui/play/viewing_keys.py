"""Picture inspection on any screen with a picture: scopes, guides, zoom, the colour of a pixel, comparison.

`ViewingKeys` is a part of a screen. It holds the viewing mode and has the actions of the keys after `%`. The
screen passes `viewing` and `beside` to its `Monitor`, and passes the monitor's measurements of the picture
(`facts`) back through `show_facts`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from textual.timer import Timer

from milimo_tui.core.errors import BadInput
from milimo_tui.media.scopes.viewing import MOST_ZOOM, PLAIN_VIEWING, PictureComparison, Scope, Viewing
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shell.modes import Mode

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.shell.screen import StudioScreen
    from milimo_tui.tui.widgets.picture import Picture

# The keymap context while a tool is in use: keys move the cross, the wipe line or the zoomed part.
HAND = "viewing_hand"
RATIOS = {
    "2.39": Fraction(239, 100),
    "1.85": Fraction(185, 100),
    "1.33": Fraction(4, 3),
    "9:16": Fraction(9, 16),
}
FLICKER_SECONDS = 0.5  # Seconds for which each of the two compared pictures is shown.
PAN = 1 / 8  # Share of the visible part of the picture by which one key press moves it.
WIPE = 1 / 50  # Share of the picture's width by which one key press moves the wipe line.
BIG = 10  # A large step of a tool has the length of this number of normal steps.


Frame = TypeVar("Frame")  # The type of a screen's frames: `PlanFrame` or `FileFrame`.
Frame_co = TypeVar("Frame_co", covariant=True)


class InspectedScreen(Protocol[Frame_co]):
    """The methods that `ViewingKeys` needs from a screen: the picture's size, the frames to compare, and
    redrawing.

    The screen's pictures are either all frames of plans or all frames of files.
    """

    def get_viewed_raster(self) -> tuple[int, int] | None:
        """Return width and height of the film's picture in pixels; None if there is no picture."""

    def get_viewed_frame(self) -> Frame_co | None:
        """Return the frame that is shown; None if there is no picture."""

    def get_compared_frame(self) -> Frame_co | None:
        """Return the second take or source that the screen shows next to the picture, as the frame to compare
        with. Return None if the screen shows no second picture.
        """

    def find_compared_frame(self) -> bool:
        """Choose a frame to compare with. If there is none, show a message with the reason and return
        False.
        """

    def redraw_viewed_picture(self) -> None:
        """Draw the picture again in the present viewing mode."""


class ViewingToolKeys(Mode):
    """The screen's mode while an inspection tool is in use. Keys move the cross, the wipe line, or the
    visible part of the picture.
    """

    CONTEXTS = (HAND,)

    def __init__(self, keys: ViewingKeys[Any]) -> None:
        self._keys = keys

    @property
    def is_on(self) -> bool:
        return bool(self._keys.in_hand)

    @property
    def mode_name(self) -> str:
        return self._keys.in_hand.upper()

    @property
    def first_parts(self) -> tuple[object, ...]:
        return (self,)

    def queues_keys_after(self, key_command: KeyCommand) -> bool | None:
        return False if key_command.binding.context == HAND else None

    @action
    def act_nudge(self, key_command: KeyCommand) -> None:
        """Move the cross, the wipe line or the visible part by the number of steps given by the key and its
        count.
        """
        across, down = key_command.direction
        times = key_command.times * (BIG if key_command.binding.args.get("big") else 1)
        self._keys.move_tool(across * times, down * times)

    @action
    def act_out(self, key_command: KeyCommand) -> None:
        """Stop using the tool. The cross that shows a pixel's colour is removed."""
        self._keys.drop_tool()

    @action
    def act_enter(self, key_command: KeyCommand) -> None:
        """Stop using the tool, as `act_out` does."""
        self._keys.drop_tool()


class ViewingKeys(Generic[Frame]):
    """The part of a screen that holds the viewing mode of its picture (scopes, guides, zoom, comparison) and
    has the keys that change it.
    """

    def __init__(
        self,
        screen: StudioScreen,
        viewed: InspectedScreen[Frame],
        *,
        once_there: Callable[[Callable[[], None]], None] = lambda act: act(),
    ) -> None:
        """Create the part for `screen`. `once_there` calls its argument as soon as there is a picture,
        because a screen may have to load the picture first.
        """
        self._screen, self._viewed, self._once_there = screen, viewed, once_there
        self.viewing = PLAIN_VIEWING
        self.in_hand = ""  # The tool in use (colour, wipe or zoom), which `h j k l` move; empty for none.
        self.hand = ViewingToolKeys(self)
        self.grabbed: Frame | None = None
        self._facts: Mapping[str, Any] = {}
        self._flicker: Timer | None = None
        self._is_due = False  # True until the picture in the present viewing mode has arrived.

    @property
    def beside(self) -> Frame | None:
        """The frame to compare the picture with: the screen's second frame, or else the grabbed frame; None
        if there is neither.
        """
        if not self.viewing.compare:
            return None
        return self._viewed.get_compared_frame() or self.grabbed

    def show_facts(self, facts: Mapping[str, Any]) -> None:
        """Store and show the viewer's measurements of the picture that has arrived."""
        self._is_due = False
        if facts != self._facts:
            self._facts = facts
            self._screen.refresh_lines()

    def describe_view(self) -> str:
        """Describe scopes, guides, comparison and zoom for the message line. Return an empty string for the
        plain picture.
        """
        viewing, facts = self.viewing, self._facts
        out = []
        if viewing.pixel is not None and "rgb" in facts:
            (x, y), (red, green, blue) = facts["pixel"], facts["rgb"]
            out.append(f"{x}, {y}  RGB {red} {green} {blue}  luma {facts['luma']}, {facts['percent']:g} %")
        if viewing.compare is PictureComparison.DIFFERENCE and "differs" in facts:
            share, most = facts["differs"], facts["most"]
            out.append(f"{100 * share:.3g} % differs, by {most} at most" if most else "nothing differs")
        elif viewing.compare is PictureComparison.FLICKER:
            out.append("flicker: the other" if viewing.other_side else "flicker: this one")
        elif viewing.compare:
            out.append(viewing.compare)
        if viewing.scope:
            out.append(viewing.scope + _format_scope_levels(facts))
        if viewing.ratio is not None:
            out.append(name_aspect_ratio(viewing.ratio))
        for name in ("safe", "thirds", "alpha"):
            if getattr(viewing, name):
                out.append(name)
        if viewing.zoom > 1:
            out.append(f"{viewing.zoom}×")
        return "  ".join(out)

    def set_viewing(self, viewing: Viewing) -> None:
        """Set the viewing mode (scopes, guides, zoom, comparison), and redraw the picture if the mode has
        changed.
        """
        if viewing == self.viewing:
            return
        self.viewing, self._facts, self._is_due = viewing, {}, True
        self._set_flicker(viewing.compare is PictureComparison.FLICKER)
        self._viewed.redraw_viewed_picture()
        self._screen.refresh_lines()

    @action
    def act_scope(self, key_command: KeyCommand) -> None:
        """Show a scope in the corner of the picture. Pressed again, the key shows the scope as large as the
        picture, then hides it.
        """
        scope, now = Scope(key_command.binding.args["scope"]), self.viewing
        if now.scope is not scope:
            self.set_viewing(replace(now, scope=scope, large=False))
        elif not now.large:
            self.set_viewing(replace(now, large=True))
        else:
            self.set_viewing(replace(now, scope=None, large=False))

    @action
    def act_guide(self, key_command: KeyCommand) -> None:
        """Show or hide safe areas or thirds."""
        now = self.viewing
        if key_command.binding.args["guide"] == "safe":
            self.set_viewing(replace(now, safe=not now.safe))
        else:
            self.set_viewing(replace(now, thirds=not now.thirds))

    @action
    async def act_ratio(self, key_command: KeyCommand) -> None:
        """Ask for an aspect ratio and cover the parts of the picture outside it. If the picture is covered
        already, remove the cover.
        """
        if self.viewing.ratio is not None:
            self.set_viewing(replace(self.viewing, ratio=None))
            return
        answer = await self._screen.ask_text("ratio, such as 2.39 or 9:16", suggestions=tuple(RATIOS))
        if answer is None:
            return
        try:
            self.set_viewing(replace(self.viewing, ratio=parse_aspect_ratio(answer or "2.39")))
        except BadInput as error:
            self._screen.show_message(str(error), "error", error.hint)

    @action
    def act_alpha(self, key_command: KeyCommand) -> None:
        """Show how opaque the uppermost picture is, from its alpha and its matte. White is fully opaque."""
        self.set_viewing(replace(self.viewing, alpha=not self.viewing.alpha))

    @action
    def act_view_plain(self, key_command: KeyCommand) -> None:
        """Show the plain picture, without scopes, guides, comparison and zoom."""
        self.in_hand = ""
        self.set_viewing(PLAIN_VIEWING)

    @action
    def act_pixel(self, key_command: KeyCommand) -> None:
        """Show a cross that the keys move, and the colour of the pixel under it. Pressed again, the key
        removes the cross.
        """
        if self.viewing.pixel is not None:
            self._remove_colour_cross()
        else:
            self._once_there(self._start_colour_tool)

    def _start_colour_tool(self) -> None:
        if self._has_picture_or_warns():
            self.in_hand = "colour"
            self.set_viewing(replace(self.viewing, pixel=self.viewing.centre))

    @action
    def act_zoom_hand(self, key_command: KeyCommand) -> None:
        """Start the zoom tool, whose keys move the visible part of the picture. If the entire picture is
        visible, zoom in first.
        """
        self._once_there(self._start_zoom_tool)

    def _start_zoom_tool(self) -> None:
        if self._has_picture_or_warns():
            self.in_hand = "zoom"
            self.set_viewing(replace(self.viewing, zoom=max(2, self.viewing.zoom)))
            self._screen.refresh_lines()

    @action
    def act_magnify(self, key_command: KeyCommand) -> None:
        """Zoom in or out by a factor of two, or show the entire picture."""
        to, now = str(key_command.binding.args["to"]), self.viewing
        if to == "whole":
            self.set_viewing(replace(now, zoom=1, centre=PLAIN_VIEWING.centre))
            return
        times = min(key_command.times, MOST_ZOOM)
        zoom = now.zoom << times if to == "nearer" else now.zoom >> times
        zoom = max(1, min(MOST_ZOOM, zoom))
        if zoom == now.zoom:
            self._screen.show_message(
                "the entire picture is shown" if zoom == 1 else f"{MOST_ZOOM}× is the largest zoom"
            )
        centre = now.pixel if to == "nearer" and now.pixel is not None else now.centre
        self.set_viewing(replace(now, zoom=zoom, centre=centre))

    def zoom_by_wheel(self, event: Picture.Wheeled) -> None:
        """Zoom in or out at the position of the mouse."""
        now = self.viewing
        if self._viewed.get_viewed_raster() is None:
            return
        zoom = max(1, min(MOST_ZOOM, now.zoom << 1 if event.direction > 0 else now.zoom >> 1))
        if zoom == now.zoom:
            return
        half = 0.5 / zoom
        x, y = (
            min(max(at + (where - 0.5) * (1 / now.zoom - 1 / zoom), half), 1 - half)
            for at, where in zip(now.centre, (event.x, event.y), strict=True)
        )
        self.set_viewing(replace(now, zoom=zoom, centre=(x, y) if zoom > 1 else PLAIN_VIEWING.centre))

    def pan_by_drag(self, event: Picture.Dragged) -> None:
        """Move the visible part of a zoomed picture while the mouse drags it."""
        now, half = self.viewing, 0.5 / self.viewing.zoom
        if now.zoom > 1:
            x, y = (
                min(max(at - by / now.zoom, half), 1 - half)
                for at, by in zip(now.centre, (event.across, event.down), strict=True)
            )
            self.set_viewing(replace(now, centre=(x, y)))

    @action
    def act_pan(self, key_command: KeyCommand) -> None:
        """Move the visible part of the picture."""
        if self.viewing.zoom == 1:
            self._screen.show_message("the entire picture is shown", hint="{ui.zoom_hand} zooms in")
            return
        across, down = key_command.direction
        self._pan_by_steps(across * key_command.times, down * key_command.times)

    def _pan_by_steps(self, across: int, down: int) -> None:
        now, half = self.viewing, 0.5 / self.viewing.zoom
        step = PAN / now.zoom
        x, y = (
            min(max(at + by * step, half), 1 - half)
            for at, by in zip(now.centre, (across, down), strict=True)
        )
        self.set_viewing(replace(now, centre=(x, y)))

    @action
    def act_compare_by(self, key_command: KeyCommand) -> None:
        """Compare two pictures by difference, wipe or flicker. Pressed again, the key ends the comparison."""
        how = PictureComparison(key_command.binding.args["how"])
        if how is self.viewing.compare is PictureComparison.FLICKER and self._screen.studio_app.is_still:
            self._flip_compared_pictures()
        elif self.viewing.compare is how:
            self.end_view_comparison()
        else:
            self._once_there(partial(self._start_comparison, how))

    def _start_comparison(self, how: PictureComparison) -> None:
        if (
            self._viewed.get_compared_frame() is None
            and self.grabbed is None
            and not self._viewed.find_compared_frame()
        ):
            return
        self.in_hand = (
            "wipe" if how is PictureComparison.WIPE else "" if self.in_hand == "wipe" else self.in_hand
        )
        self.set_viewing(replace(self.viewing, compare=how, other_side=False))

    def end_view_comparison(self) -> None:
        """End the comparison, and show the screen's own picture."""
        self.in_hand = "" if self.in_hand == "wipe" else self.in_hand
        self.set_viewing(replace(self.viewing, compare=None, other_side=False, wipe=PLAIN_VIEWING.wipe))

    @action
    def act_grab(self, key_command: KeyCommand) -> None:
        """Save the current frame, so that other frames can be compared with it."""
        self._once_there(self._grab_frame)

    def _grab_frame(self) -> None:
        found = self._viewed.get_viewed_frame()
        if found is None:
            self._has_picture_or_warns()
            return
        self.grabbed = found
        hint = "{ui.compare_by difference} {ui.compare_by wipe} {ui.compare_by flicker} compare with it"
        self._screen.show_message("the frame is saved for comparison", "good", hint)
        if self.viewing.compare:
            self._viewed.redraw_viewed_picture()

    def _set_flicker(self, on: bool) -> None:
        # With reduced motion there is no timer: the user switches between the pictures with the key.
        if on and self._flicker is None and not self._screen.studio_app.is_still:
            self._flicker = self._screen.set_interval(FLICKER_SECONDS, self._flip_compared_pictures)
        elif not on and self._flicker is not None:
            self._flicker.stop()
            self._flicker = None

    def _flip_compared_pictures(self) -> None:
        """Show the picture that is hidden at present, of the two compared pictures. Do nothing if this screen
        is not in front, or if the last requested picture has not arrived.
        """
        if self._screen.is_current and not self._is_due:
            self.set_viewing(replace(self.viewing, other_side=not self.viewing.other_side))

    def move_tool(self, across: int, down: int) -> None:
        """Move the tool in use by a number of steps; a step of the cross is one pixel of the film."""
        now, raster = self.viewing, self._viewed.get_viewed_raster()
        if self.in_hand == "colour" and now.pixel is not None and raster is not None:
            x, y = (
                (min(max(int(at * side) + by, 0), side - 1) + 0.5) / side
                for at, side, by in zip(now.pixel, raster, (across, down), strict=True)
            )
            self.set_viewing(replace(now, pixel=(x, y), centre=(x, y) if now.zoom > 1 else now.centre))
        elif self.in_hand == "wipe":
            self.set_viewing(replace(now, wipe=min(1.0, max(0.0, now.wipe + across * WIPE))))
        elif self.in_hand == "zoom":
            self._pan_by_steps(across, down)

    def drop_tool(self) -> None:
        """Stop using the tool, so that keys act on the screen again. The cross that shows a pixel's colour is
        removed.
        """
        if self.in_hand == "colour":
            self._remove_colour_cross()
        else:
            self.in_hand = ""
            self._screen.refresh_lines()

    def _remove_colour_cross(self) -> None:
        self.in_hand = "" if self.in_hand == "colour" else self.in_hand
        self.set_viewing(replace(self.viewing, pixel=None))

    def _has_picture_or_warns(self) -> bool:
        """Return True if there is a picture; if there is none, show a warning."""
        if self._viewed.get_viewed_raster() is not None:
            return True
        self._screen.show_message("there is no picture here", "warn")
        return False


def _format_scope_levels(facts: Mapping[str, Any]) -> str:
    """Format the measured range of a scope: ` 2–71 %` for brightness from darkest to brightest, or ` −18.3
    LUFS` for the current loudness.
    """
    if "levels" in facts:
        low, high = facts["levels"]
        return f" {low}–{high} %".replace("-", "−")
    return f" {facts['loudness']} LUFS".replace("-", "−") if "loudness" in facts else ""


def parse_aspect_ratio(text: str) -> Fraction:
    """Parse an aspect ratio as users type it, such as `2.39`, `16:9` or `9/16`. Raises BadInput."""
    if text in RATIOS:
        return RATIOS[text]
    width, _, height = text.replace("/", ":").partition(":")
    try:
        found = Fraction(width.strip()) / Fraction(height.strip() or 1)
    except (ValueError, ZeroDivisionError) as error:
        raise BadInput(f"“{text}” is not an aspect ratio", "write it as 2.39 or 16:9") from error
    Viewing(ratio=found)  # `Viewing` raises BadInput for a ratio that is impossible for a picture.
    return found


def name_aspect_ratio(ratio: Fraction) -> str:
    """Return an aspect ratio as users type it: `2.39`, `9:16`."""
    named = {value: name for name, value in RATIOS.items()}
    return named.get(ratio, f"{float(ratio):.3g}")

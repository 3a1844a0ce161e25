"""The effects browser (`Z e`): each effect of the catalog is tried on this frame, next to the frame without
it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit import edits
from milimo_tui.cut.values.cut import SourceKind, TrackKind
from milimo_tui.cut.values.effect_catalog import CATALOG, CatalogEffect, is_on
from milimo_tui.tui.keys.completion import among
from milimo_tui.tui.play.monitor import Monitor
from milimo_tui.tui.timeline.widgets.effects_panel import EffectsPanel
from milimo_tui.tui.timeline.widgets.viewer import Viewer
from milimo_tui.tui.widgets.text import line

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import Plan
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore
    from milimo_tui.tui.timeline.live.live_edit import LiveEdit

CONTEXTS = ("effects", "list", "viewing", "global")
STEP, BIG = 0.05, 0.25


class EffectsMode:
    """The mode EFFECTS; `clip` is empty outside the mode."""

    def __init__(self, core: TimelineCore, live_edit: LiveEdit) -> None:
        self._core, self._live = core, live_edit
        self.clip = ""
        self.words = ""
        self._at = 0
        self._amounts: dict[str, float] = {}
        self._plain: tuple[Plan, str] | None = None  # The plan and key of the unchanged film.
        # The last request for the picture without the effect.
        self._asked: tuple[str, int, int, int] | None = None

    @property
    def panel(self) -> EffectsPanel:
        return self._core.query_one(EffectsPanel)

    @property
    def found(self) -> tuple[CatalogEffect, ...]:
        """The effects that match the search words."""
        return tuple(each for each in CATALOG if each.found_by(self.words))

    @property
    def effect(self) -> CatalogEffect | None:
        """The effect under the cursor, or None."""
        found = self.found
        return found[min(self._at, len(found) - 1)] if found else None

    def amount(self, effect: CatalogEffect) -> float:
        return self._amounts.get(effect.name, effect.amount)

    # -- entering and leaving --------------------------------------------------------------------------

    def act_effects(self, key_command: KeyCommand) -> None:
        """Browse effects for the clip under the playhead."""
        core, span = self._core, self._core.span
        lane = core.cutting.lane(core.view.lane)
        if span is None or lane is None or span.clip.source.kind is SourceKind.GAP:
            core.say("no clip is under the playhead", "warn", "{ui.move next_edit} goes to the next one")
            return
        if lane.track.kind is TrackKind.AUDIO:
            core.say("sound has no picture to put an effect on", "warn", "{ui.level} sets its level")
            return
        if lane.track.locked:
            core.say(f"track {lane.track.name} is locked", "error", "{ui.track_flag locked} unlocks it")
            return
        plan = core.plan
        if not self._live.begin("EFFECTS"):
            return
        self.clip, self._asked = span.clip.id, None
        self._plain = (plan, core.plan_key) if plan is not None else None
        self.words, self._at = "", 0
        self.panel.display = True
        core.share_rows()
        self._show()
        core.say(
            "each is tried on this frame",
            hint="{ui.search} filters, {ui.play} plays with it, Enter puts it on",
        )

    async def act_enter(self, key_command: KeyCommand) -> None:
        """Apply the effect to the clip."""
        if self.effect is None:
            self._core.say("no effect has these words", "warn", "{ui.search} looks for others")
            return
        await self.keep()

    async def keep(self) -> None:
        command = self.arguments()
        if command is None:
            await self.give_up(quiet=True)
            return
        self._leave()
        if await self._core.command(command[0], **command[1]) is None:
            film = self._core.snapshot
            if film is not None and film.cut is not None:
                self._core.draw_film(film)
                await self._core.plan_cut(film, film.cut)

    def arguments(self) -> tuple[str, dict[str, Any]] | None:
        """Return the command that applies the effect under the cursor, or None if there is no effect."""
        effect = self.effect
        if effect is None or not self.clip:
            return None
        amount = f"{self.amount(effect):.4g}"
        return "cut.put_on", {"clip": self.clip, "effect": effect.name, "amount": amount}

    async def act_out(self, key_command: KeyCommand) -> None:
        await self.give_up()

    async def give_up(self, *, quiet: bool = False) -> None:
        """Leave the mode without applying an effect."""
        self._leave(live=False)
        await self._live.give_up()
        if not quiet:
            self._core.say("no effect was put on")

    def _leave(self, *, live: bool = True) -> None:
        self.clip, self._plain = "", None
        self.panel.display = False
        self._core.query_one("#record", Viewer).show_head(None)
        if live:
            self._live.leave()

    # -- the list --------------------------------------------------------------------------------------

    def act_down(self, key_command: KeyCommand) -> None:
        self._move(key_command.times)

    def act_up(self, key_command: KeyCommand) -> None:
        self._move(-key_command.times)

    def act_first(self, key_command: KeyCommand) -> None:
        self._move(-len(CATALOG))

    def act_last(self, key_command: KeyCommand) -> None:
        self._move(len(CATALOG))

    def act_page_down(self, key_command: KeyCommand) -> None:
        self._move(max(1, self.panel.size.height // 2))

    def act_page_up(self, key_command: KeyCommand) -> None:
        self._move(-max(1, self.panel.size.height // 2))

    def _move(self, count: int) -> None:
        self._at = max(0, min(self._at + count, len(self.found) - 1))
        self._show()

    async def act_search(self, key_command: KeyCommand) -> None:
        """Filter the effects by some words; an empty text shows all."""
        before = self.words
        names = among(tuple(each.name for each in CATALOG))
        typed = await self._core.ask("/", "", name="SEARCH", changed=self._filter, lines=names)
        self._filter(before if typed is None else typed)

    def _filter(self, words: str) -> None:
        if self.clip and words != self.words:
            self.words, self._at = words, 0
            self._show()

    # -- the amount ------------------------------------------------------------------------------------

    def act_more(self, key_command: KeyCommand) -> None:
        self._turn(key_command.times, big=bool(key_command.binding.args.get("big")))

    def act_less(self, key_command: KeyCommand) -> None:
        self._turn(-key_command.times, big=bool(key_command.binding.args.get("big")))

    def _turn(self, count: int, *, big: bool) -> None:
        effect = self.effect
        if effect is None:
            return
        if not effect.has_amount:
            self._core.say(f"{effect.name} is on or off", hint="Enter puts it on")
            return
        amount = min(1.0, max(0.0, round(self.amount(effect) + count * (BIG if big else STEP), 4)))
        self._amounts[effect.name] = amount
        self._show()

    async def act_take_off(self, key_command: KeyCommand) -> None:
        """Remove the effect under the cursor from the clip."""
        effect, base = self.effect, self._live.base
        if effect is None or base is None:
            return
        if not is_on(base.placed(self.clip).clip.effects, effect):
            self._core.say(f"{effect.name} is not on this clip", hint="Enter puts it on")
            return
        clip = self.clip
        self._leave()
        await self._core.command("cut.put_on", clip=clip, effect=effect.name, off=True)

    def act_undo(self, key_command: KeyCommand) -> None:
        self._core.say("nothing was put on yet", hint="Esc leaves, then {ui.undo} undoes")

    act_redo = act_undo

    # -- display ---------------------------------------------------------------------------------------

    def _show(self) -> None:
        """Show the list at once, then the frame with the effect."""
        base, effect = self._live.base, self.effect
        if base is None:
            return
        clip = base.placed(self.clip).clip
        amounts = {each.name: self.amount(each) for each in CATALOG}
        on = frozenset(each.name for each in CATALOG if is_on(clip.effects, each))
        self.panel.show(self.found, self.found.index(effect) if effect else -1, self.words, amounts, on)
        ink, after = self._core.ink, base.cut
        words = f"{effect.name}  {self.amount(effect):.0%}" if effect and effect.has_amount else ""
        name = words or (effect.name if effect else "as is")
        self._core.query_one("#record", Viewer).show_head(line((name, ink.accent)))
        if effect is not None:
            try:
                after = edits.put_on(base.cut, self.clip, effect.name, self.amount(effect))
            except Refused as error:
                self._core.say(f"✕ {error.message}", "warn", error.hint)
        self._live.show(after)
        self.ask_plain()

    def ask_plain(self) -> None:
        """Request the frame without the effect, for the picture next to the list."""
        if self.clip and self._plain is not None:
            self._core.background(partial(self._show_plain), "plain-frame", exclusive=True)

    async def _show_plain(self) -> None:
        picture, plain = self.panel.picture, self._plain
        if plain is None or picture.size.width < 2:
            return
        plan, key = plain
        frame = min(max(0, self._core.playhead), plan.frames - 1)
        wanted = (key, frame, *picture.wanted_pixels)
        if wanted == self._asked:
            return
        monitor = Monitor(self._core.studio_app.pictures, "timeline-plain")
        drawing = await monitor.frame(plan, frame, *picture.wanted_pixels)
        if picture.is_attached and self.clip:
            self._asked = wanted
            picture.show(drawing, monitor.trouble or "no picture here")

"""What the inspector of the Timeline screen does beside numbers: keyframes, takes, files that went.

Every act is a command of the registry; this module finds out what it is meant for.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from milimo_tui.cut.values import Clip
from milimo_tui.tui.inspector import changes
from milimo_tui.tui.inspector.fields import Field, Group
from milimo_tui.tui.inspector.rows import MARK, TAKE
from milimo_tui.tui.screens.timeline_values import TimelineValues

if TYPE_CHECKING:
    from milimo_tui.tui.chords import Stroke

WRITES = frozenset({"key_set", "key_clear", "reset"})


class TimelineKeyframes(TimelineValues):
    """Keyframes, takes and files from the inspector."""

    def writes(self, stroke: Stroke) -> bool:
        return super().writes(stroke) or (self.inspecting and stroke.binding.act in WRITES)

    def _number(self) -> tuple[Field, Clip] | None:
        """The number under the cursor that can have keys, and its clip; None, and why, without one."""
        field, clip = self.field_here, self.inspected
        if field is None or clip is None or not field.keyed:
            self.say("this has no keys over time", hint="opacity, scale, position and volume have")
            return None
        return field, clip

    # -- keyframes -------------------------------------------------------------------------------------

    async def act_key_set(self, stroke: Stroke) -> None:
        """`m`: a key at the playhead with the value it has there; from now on changes make keys."""
        found = self._number()
        if found is None:
            return
        field, clip = found
        self.armed.add((clip.id, field.key))
        change = changes.set_key(clip, field.key, self.inspected_frame)
        await self.command(change.command, **change.args)

    async def act_key_clear(self, stroke: Stroke) -> None:
        """`x`: the key at the playhead goes; a number without keys is as it came. A take is rejected."""
        if self.inspector.key.startswith(TAKE):
            await self._reject(self.inspector.key.removeprefix(TAKE))
            return
        if self.inspector.key.startswith(MARK):
            await self.remove_mark(self.inspector.key.removeprefix(MARK))
            return
        field, clip, at = self.field_here, self.inspected, self.inspected_frame
        if field is None or clip is None:
            return
        curve = clip.effects.curve(field.key) if field.keyed else ()
        if not changes.animated(curve):
            await self.act_reset(stroke)
        elif any(key.frame == at for key in curve):
            change = changes.remove_key(clip, field.key, at)
            await self.command(change.command, **change.args)
        else:
            self.say(f"no key of {field.label} is here", "warn", "; , go to its keys, r takes them all")

    async def act_reset(self, stroke: Stroke) -> None:
        """`r`: as it came."""
        field, clip = self.field_here, self.inspected
        if field is None or clip is None:
            return
        self.armed.discard((clip.id, field.key))
        if field.group in (Group.NUMBER, Group.CHOICE):
            await self.command("cut.clear_effects", clip=clip.id, names=[field.key])
        elif field.auto or field.default is not None:
            self.change(field, field.default)
            await self.write_draft()
        else:
            self.say(
                f"{field.label} has no value that it came with", hint="Enter types another, u takes it back"
            )

    async def turn_easing(self, field: Field, clip: Clip) -> None:
        """How the key at or before the playhead goes on to the next."""
        turned = changes.next_easing(clip.effects.curve(field.key), self.inspected_frame)
        if turned is None:
            self.say(f"no key of {field.label} lies here or before", "warn", "m sets one")
            return
        frame, easing = turned
        change = changes.set_key(clip, field.key, frame, easing=easing)
        if await self.command(change.command, **change.args) is not None:
            self.say(f"{field.label} goes on {easing.value} from its key at frame {frame}", "good")

    def act_key_next(self, stroke: Stroke) -> None:
        self._to_key(stroke.times)

    def act_key_previous(self, stroke: Stroke) -> None:
        self._to_key(-stroke.times)

    def _to_key(self, count: int) -> None:
        """To the next key of this number, or of any where it has none."""
        span, clip, at = self.shown_span, self.inspected, self.inspected_frame
        if span is None or clip is None:
            return
        own = clip.effects.curve(self.inspector.key)
        curves = [own] if changes.animated(own) else [curve for _, curve in clip.effects.curves]
        frames = sorted(
            {
                key.frame
                for curve in curves
                if changes.animated(curve)
                for key in curve
                if 0 <= key.frame < clip.frames
            }
        )
        there = [f for f in frames if f > at] if count > 0 else [f for f in frames if f < at][::-1]
        if not there:
            self.say(f"no key lies {'behind' if count > 0 else 'before'} the playhead", hint="m sets one")
            return
        self.halt()
        self.go_to(span.start + there[min(abs(count), len(there)) - 1])

    # -- takes -----------------------------------------------------------------------------------------

    async def pick_take(self, take: str) -> None:
        """Show this take in the clip."""
        if self.inspected_shot:
            await self.command("shot.pick", id=self.inspected_shot, take=take)

    async def _reject(self, take: str) -> None:
        known = self.faces.takes.get(take)
        if known is not None and self.inspected_shot:
            answer = {"accept": True} if known.rejected else {"reject": True}
            await self.command("shot.rate", id=self.inspected_shot, take=take, **answer)

    async def act_rate(self, stroke: Stroke) -> None:
        """`*4` on a take's line rates that one, anywhere else the picked one."""
        key = self.inspector.key if self.inspecting else ""
        if key.startswith(TAKE) and stroke.argument in "012345":
            await self.command(
                "shot.rate", id=self.inspected_shot, take=key.removeprefix(TAKE), rating=int(stroke.argument)
            )
        else:
            await super().act_rate(stroke)

    # -- files that went ---------------------------------------------------------------------------------

    async def find_file(self, asset: str) -> None:
        """Ask where a file is now; by its bytes first, then, when the person says so, by its name."""
        known = self.faces.assets.get(asset)
        if known is None:
            return
        place = await self.ask(
            "where is it now? a file, or a folder to look in", self._near(known.path), name="FIND"
        )
        if not place:
            return
        outcome = await self._relink(asset, place, "hash")
        if outcome or not await self.confirm(
            f"Take a file named {Path(known.path).name}, whatever is in it?"
        ):
            return
        await self._relink(asset, place, "name")

    async def _relink(self, asset: str, place: str, by: str) -> bool:
        return await self.command("asset.relink", id=asset, file=place, by=by) is not None

    def _near(self, path: str) -> str:
        """The folder a linked file was in, with a slash; the home folder for one of the film's own."""
        folder = Path(path).parent
        return f"{folder if folder.is_absolute() else Path.home()}/"

"""Edit one cut at random in a process of its own: `python -m tests.store.random_editor FOLDER NAME SEED ACTS
SECONDS`.

The process performs at least ACTS actions and continues until SECONDS have passed. An action is an operation
of the cut, three operations in one step, undo, redo or a jump, each on the newest state of the film. At the
end the process prints how often each was done, and the messages of conflicts.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Literal

from milimo_tui.core.errors import Conflict, Failed, NotFound, Refused
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Available, Clip, ClipSource, Cut, SourceKind, TrackKind
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.store.rows.stored_values import START

SECONDS: dict[str, Fraction | None] = {"long": Fraction(60), "short": Fraction(3), "still": None}
SIDES: tuple[Literal["head", "tail"], ...] = ("head", "tail")
MOST = 60  # Number of clips from which on only operations that do not add clips are chosen.


def bounds(source: ClipSource) -> Available | None:
    seconds = SECONDS.get(source.ref)
    return None if seconds is None else Available.from_duration(seconds)


def piece(rng: random.Random) -> Clip:
    name = rng.choice(sorted(SECONDS))
    return edits.create_trackless_clip(ClipSource(SourceKind.ASSET, name), rng.randrange(1, 40), label=name)


def nested(cut: Cut, start: int, end: int) -> Cut:
    """Turn a range into a compound clip and open it again in place, so that all clips in the range are
    new.
    """
    outer, inner = edits.nest_range(cut, start, end, name="Inner", new_id=new_id, bounds=bounds)
    (shown,) = [clip.id for clip in outer.clips if clip.source == ClipSource(SourceKind.CUT, inner.id)]
    return edits.expand_compound_clip(outer, shown, inner, new_id=new_id, bounds=bounds)


def operation(rng: random.Random, cut: Cut) -> tuple[str, Callable[[], Cut]]:
    """Return a random operation on the cut and its name."""
    placed = layout(cut)
    clip, other_clip = (rng.choice(cut.clips).id if cut.clips else "" for _ in range(2))
    tracks = [track.id for track in cut.tracks]
    track, by = rng.choice(tracks), rng.randrange(-12, 13)
    frame = rng.randrange(placed.frames + 2)
    connected, side = rng.random() < 0.5, rng.choice(SIDES)
    more: dict[str, Callable[[], Cut]] = {
        "append": lambda: edits.append_clip(cut, track, piece(rng), new_id=new_id, bounds=bounds),
        "insert": lambda: edits.insert_clip(
            cut, track, frame, piece(rng), new_id=new_id, bounds=bounds, connected=connected
        ),
        "overwrite": lambda: edits.overwrite_clip(
            cut, track, frame, piece(rng), new_id=new_id, bounds=bounds, connected=connected
        ),
        "duplicate": lambda: edits.duplicate_clip(cut, clip, new_id=new_id),
        "split": lambda: edits.split_clips(cut, frame, new_id=new_id),
        "detach sound": lambda: edits.detach_sound(cut, clip, new_id=new_id),
        "paste": lambda: edits.paste_pieces(
            cut,
            edits.copy_range(cut, frame, frame + 1 + abs(by)),
            max(0, frame + by),
            track,
            overwrite=connected,
            new_id=new_id,
            bounds=bounds,
        ),
        "duplicate to": lambda: edits.duplicate_clip_to(
            cut, clip, frame, overwrite=connected, new_id=new_id, bounds=bounds
        ),
        "three points": lambda: edits.edit_by_points(
            cut,
            track,
            piece(rng),
            start=frame,
            end=frame + 1 + abs(by) if connected else None,
            source_in=Fraction(1, 5),
            source_out=Fraction(1),
            overwrite=side == "head",
            new_id=new_id,
            bounds=bounds,
        ),
        "gap": lambda: edits.insert_gap(cut, track, frame, 1 + abs(by), new_id=new_id),
        "track": lambda: edits.add_track(cut, rng.choice(list(TrackKind)), new_id=new_id),
    }
    less: dict[str, Callable[[], Cut]] = {
        "delete": lambda: edits.delete_clip(cut, clip, new_id=new_id),
        "lift": lambda: edits.lift_clip(cut, clip, new_id=new_id),
        "extract": lambda: edits.extract_range(cut, frame, frame + 1 + abs(by), new_id=new_id),
        "lift range": lambda: edits.lift_range(cut, frame, frame + 1 + abs(by), new_id=new_id),
        "remove track": lambda: edits.remove_track(cut, track),
    }
    other: dict[str, Callable[[], Cut]] = {
        "move": lambda: edits.move_clip(cut, clip, new_id=new_id, by=by),
        "move to": lambda: edits.move_clip(cut, clip, new_id=new_id, track=track, at=frame),
        "trim head": lambda: edits.trim_clip_in(cut, clip, by, new_id=new_id, bounds=bounds),
        "trim tail": lambda: edits.trim_clip_out(cut, clip, by, new_id=new_id, bounds=bounds),
        "ripple": lambda: edits.ripple_trim(cut, clip, side, by, new_id=new_id, bounds=bounds),
        "roll": lambda: edits.roll_edit(cut, clip, side, by, new_id=new_id, bounds=bounds),
        "slip": lambda: edits.slip_clip(cut, clip, by, new_id=new_id, bounds=bounds),
        "slide": lambda: edits.slide_clip(cut, clip, by, new_id=new_id, bounds=bounds),
        "swap": lambda: edits.swap_clips(cut, clip, other_clip, new_id=new_id),
        "link": lambda: edits.link_clips(cut, [clip, other_clip], new_id=new_id),
        "group": lambda: edits.group_clips(cut, [clip, other_clip], new_id=new_id),
        "ungroup": lambda: edits.ungroup_clips(cut, clip, new_id=new_id),
        "join": lambda: edits.join_with_next_clip(cut, clip, new_id=new_id, bounds=bounds),
        "attributes": lambda: edits.paste_attributes(
            cut, clip, [other_clip], ("level", "speed"), new_id=new_id, bounds=bounds
        ),
        "close gaps": lambda: edits.close_all_gaps(cut, track, new_id=new_id),
        "nest and open": lambda: nested(cut, frame, frame + 1 + abs(by)),
        "unlink": lambda: edits.unlink_clips(cut, clip, new_id=new_id),
        "connect": lambda: edits.connect_clip(cut, clip, new_id=new_id),
        "disconnect": lambda: edits.disconnect_clip(cut, clip, new_id=new_id),
        "gain": lambda: edits.set_clip(cut, clip, gain_db=float(by)),
        "lock": lambda: edits.set_track(cut, track, locked=rng.random() < 0.2),
        "marker": lambda: edits.add_marker(cut, 0, new_id=new_id, clip=clip),
        "transition": lambda: edits.set_transition(
            cut, clip, new_id=new_id, edge=side, frames=4, bounds=bounds
        ),
        "speed": lambda: edits.set_speed(cut, clip, Fraction(2), new_id=new_id, bounds=bounds),
    }
    growing = len(cut.clips) < MOST and len(cut.tracks) < 8
    return rng.choice([*other.items(), *(more if growing else less).items(), *less.items()])


def main(folder: str, name: str, seed: str, acts: str, seconds: str) -> None:
    rng, end = random.Random(seed), time.monotonic() + float(seconds)
    tries = 0
    done: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    conflicts: set[str] = set()

    def edit(film: ProjectFile) -> str:
        (cut,) = film.load_film()[1]
        words, change = operation(rng, cut)
        film.write_edit(words, scope=cut.id, actor=name, before=[cut], after=[change()])
        return words

    def act(film: ProjectFile) -> str:
        (cut,) = film.load_film()[1]
        chance = rng.random()
        if chance < 0.15:
            film.undo(cut.id, name if rng.random() < 0.7 else None)
            return "undo"
        if chance < 0.25:
            film.redo(cut.id, name if rng.random() < 0.7 else None)
            return "redo"
        if chance < 0.27:
            states = [START, *(each.id for each in film.list_history(cut.id)[-12:])]
            film.jump_to_named_state(cut.id, name, rng.choice(states))
            return "jump"
        if chance < 0.35:
            with film.combine_edits("macro"):
                for _ in range(3):
                    edit(film)
            return "macro"
        return edit(film)

    with ProjectFile.open(ProjectPaths(Path(folder))) as film:
        while tries < int(acts) or time.monotonic() < end:
            tries += 1
            try:
                done[act(film)] += 1
            except (Conflict, NotFound, Refused) as error:
                refused[type(error).__name__] += 1
                if isinstance(error, Conflict):
                    conflicts.add(f"{error.message} ({error.hint})")
            except Failed as error:
                # A disk that stalls for seconds is no failure of the test.
                if "another program keeps it busy" not in error.message:
                    raise
                refused["Busy"] += 1
    print(json.dumps({"done": done, "refused": refused, "conflicts": sorted(conflicts)}))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Create order keys for new scenes and shots of a film. Parked scenes and shots count as neighbours too. Pure
functions.
"""

from __future__ import annotations

from milimo_tui.core import order_keys
from milimo_tui.story.values.film import Story


def make_shot_order_key(story: Story, scene: str, after: str = "") -> str:
    """Return an order key for a new shot of the scene with the id `scene`.

    The key is right after the shot with the id `after`, or at the beginning of the scene if `after` is empty.
    """
    keys = [(shot.id, shot.order) for shot in story.shots if shot.scene == scene]
    return _make_key_after(keys, after)


def make_scene_order_key(story: Story, after: str = "") -> str:
    """Return an order key for a new scene: right after the scene with the id `after`, or at the beginning of
    the film.
    """
    return _make_key_after([(scene.id, scene.order) for scene in story.scenes], after)


def _make_key_after(keys: list[tuple[str, str]], after: str) -> str:
    place = next((at for at, (id, _) in enumerate(keys) if id == after), -1)
    left = keys[place][1] if place >= 0 else None
    right = next((key for _, key in keys[place + 1 :] if left is None or key > left), None)
    return order_keys.create_key_between(left, right)

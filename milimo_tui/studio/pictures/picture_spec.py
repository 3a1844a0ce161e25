"""Find pictures that the user names, and build the specs for new pictures. All checks are made before a job
is queued.

Nothing is queued here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.host import parse_user_path
from milimo_tui.core.time import parse_number
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.fitting import ASPECTS, Limits, find_nearest_raster, fit
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.spec_values import Lora as SpecLora
from milimo_tui.engines.specs.spec_values import Loras
from milimo_tui.media.files.facts import probe_in_subprocess
from milimo_tui.story.values.film import Asset, AssetKind, Element, Shot, Story
from milimo_tui.studio.render.render_plan import get_asset_path
from milimo_tui.studio.session.lookup import find_asset_by_name
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.weights import lora_stacks

SIDE = 1024  # The default width and height of a picture, in pixels.
PICTURE_ENGINE = engine_registry.find_first_engine("make_picture").name


@dataclass(frozen=True, slots=True)
class GivenPicture:
    """A picture that the user named: its file, its size, and its asset if it belongs to the film."""

    path: Path
    width: int
    height: int
    asset: Asset | None = None

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.height


def find_picture(studio: Studio, name: str) -> GivenPicture:
    """Return a picture by name: a file, a picture of the film by id or name, the board of a shot (3B), or an
    element (@Mara).

    Raises NotFound, and BadInput for a file that is not a picture.
    """
    asset = _find_picture_asset(studio, name)
    if asset is None:
        return _make_picture_of_file(parse_user_path(name).absolute(), name)
    if asset.kind is not AssetKind.PICTURE:
        raise BadInput(f"{asset.name} is not a picture: it is a {asset.kind.value}", "name a picture")
    path = get_asset_path(studio.require_project().paths, asset)
    if not path.is_file():
        raise NotFound(
            f"the file of {asset.name} is missing: {path}", "milimo asset relink ID FILE links it again"
        )
    if not asset.width or not asset.height:
        return _make_picture_of_file(path, asset.name)
    return GivenPicture(path, asset.width, asset.height, asset)


def _find_picture_asset(studio: Studio, name: str) -> Asset | None:
    """Return the picture that `name` means in the open film: an asset, the picture of an element, or the
    board of a shot.

    Return None if there is no such picture. Also return None if a file with that name exists, because a file
    has priority.
    """
    if parse_user_path(name).is_file() or studio.project_or_none() is None:
        return None
    story = studio.take_snapshot().story
    assets = {asset.id: asset for asset in story.assets}
    asset = find_asset_by_name(story.assets, name)
    if asset is not None:
        return asset
    for element in story.elements:
        if name.casefold() in (element.trigger.casefold(), element.id):
            return _get_element_picture(element, assets)
    try:
        shot = shot_spec.find_shot(story, name)
    except NotFound:
        return None
    if shot.board not in assets:
        raise NotFound(f"shot {name} has no board", f"milimo storyboard board {name} makes one")
    return assets[shot.board]


def _get_element_picture(element: Element, assets: dict[str, Asset]) -> Asset:
    for id in element.references:
        if id in assets and not assets[id].binned:
            return assets[id]
    raise NotFound(f"{element.trigger} has no picture", f"milimo element draw {element.trigger} draws one")


def _make_picture_of_file(path: Path, name: str) -> GivenPicture:
    if not path.is_file():
        raise NotFound(
            f"there is no picture “{name}”",
            "name a file, an asset (milimo asset list --all), a shot (3B) or @an-element",
        )
    try:
        facts = probe_in_subprocess(path)
    except BadInput as error:
        raise BadInput(error.message, error.hint or "name a PNG, JPEG, WebP or TIFF file") from error
    if facts.kind != "picture" or not facts.width or not facts.height:
        raise BadInput(f"{path.name} is not a picture: it is a {facts.kind}", "name a picture")
    return GivenPicture(path, facts.width, facts.height)


def collect_references(
    studio: Studio, names: Sequence[str], elements: Sequence[Element] = ()
) -> tuple[GivenPicture, ...]:
    """Return the reference pictures for a new picture, without duplicates. The pictures in `names` come
    first, then the pictures of the elements.

    `elements` are the elements in the new picture. Raises Refused if `names` has more pictures than the
    engine can use. Pictures of elements are left out if they exceed that number.
    """
    painter = engine_registry.profile(PICTURE_ENGINE)
    named = {given.path: given for given in (find_picture(studio, name) for name in names)}
    painter.check_references([one.size for one in named.values()])
    if elements:
        assets = {asset.id: asset for asset in studio.take_snapshot().story.assets}
        for element in elements:
            if any(id in assets and not assets[id].binned for id in element.references):
                given = find_picture(studio, _get_element_picture(element, assets).id)
                named.setdefault(given.path, given)
    found = tuple(named.values())[: painter.row.references]
    painter.check_references([one.size for one in found])
    return found


def choose_picture_size(
    width: int | None,
    height: int | None,
    aspect: str,
    pictures: Sequence[GivenPicture],
    film: tuple[int, int] | None,
) -> tuple[int, int]:
    """Return the size of a new picture. If only one side is given, the other follows from the aspect ratio.

    If no side is given, the size is that of `aspect`, of the film, of the first reference in `pictures` (at
    most one megapixel), or a square, in this order. Raises BadInput for a size that can't be made.
    """
    if aspect and aspect not in ASPECTS:
        raise BadInput(f"there is no aspect ratio “{aspect}”", f"aspect ratios: {', '.join(ASPECTS)}")
    if aspect:
        shape = ASPECTS[aspect]
    elif film:
        shape = film
    elif pictures:
        shape = _fit_into_megapixel(pictures[0].size)
    else:
        shape = (SIDE, SIDE)
    wide, high = shape
    if width and height:
        wide, high = width, height
    elif width:
        wide, high = width, max(1, round(width * Fraction(shape[1], shape[0])))
    elif height:
        wide, high = max(1, round(height * Fraction(shape[0], shape[1]))), height
    fit(get_picture_limits(), frames=1, width=wide, height=high, rate=Fraction(1))
    return wide, high


def get_picture_limits() -> Limits:
    """Return the limits of picture sizes."""
    return engine_registry.profile(PICTURE_ENGINE).picture_limits()


def _fit_into_megapixel(size: tuple[int, int]) -> tuple[int, int]:
    """Return the size with the same aspect ratio and at most one megapixel. A larger size is scaled down to
    sides that the model can make.
    """
    most = SIDE * SIDE
    if size[0] * size[1] <= most:
        return max(get_picture_limits().least_side, size[0]), max(get_picture_limits().least_side, size[1])
    scale = (most / (size[0] * size[1])) ** 0.5
    return find_nearest_raster(get_picture_limits(), int(size[0] * scale), int(size[1] * scale))


def choose_board_seed(story: Story, shot: Shot, first: int) -> int:
    """Return the seed for the next board of a shot. `first` is the seed that the first board of the shot
    gets.

    If the shot already has a board, the next board gets a new random seed, so that it looks different. Previs
    drawings do not count as boards. The next board gets `first` again if the shot's seed is locked, or if
    `first` is the seed of an element.
    """
    has_one = bool(shot.board) and shot.board not in story.previs_boards
    return shot_spec.draw_random_seed() if has_one and not shot.seed_locked and first == shot.seed else first


def check_picture_weights(studio: Studio, found: ResolvedWeights, loras: Loras, negative: str = "") -> None:
    """Check that the weights and LoRAs are suitable for making a picture. `negative` is the negative prompt.

    Raises NotFound. Raises Refused if a negative prompt is given that the weights do not accept, or if a LoRA
    was made for other weights.
    """
    painter = engine_registry.profile(PICTURE_ENGINE)
    painter.check_weights(ModelStore(studio.home.models), found, loras, negative)


def parse_lora_options(studio: Studio, names: Sequence[str]) -> Loras:
    """Parse LoRAs that the user typed. Each text is the id of a LoRA or a file, and may end with a strength
    such as `@0.8`. Raises NotFound, BadInput.
    """
    store = ModelStore(studio.home.models)
    stack: lora_stacks.LoraStack = ()
    for name in names:
        bare, at, strength = name.rpartition("@")
        try:
            amount = parse_number(strength) if at else 1.0
        except ValueError:
            bare, amount = name, 1.0
        stack = lora_stacks.set_lora(stack, lora_stacks.find_lora(store, bare if at else name), amount)
    return tuple(SpecLora(id=use.id, strength=use.strength, digest=use.digest) for use in stack)


def shorten_prompt(prompt: str) -> str:
    """Return a prompt shortened for lists."""
    words = " ".join(prompt.split())
    return words if len(words) <= 60 else f"{words[:59]}…"

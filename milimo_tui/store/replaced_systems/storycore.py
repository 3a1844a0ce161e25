"""Import projects of StoryCore-Engine, as its command line or its web service stores them.

The command line writes a folder with `project.json`, `storyboard.json` and `assets/` (see `src/schemas.py`
and `src/project_manager.py` there). The web service writes one JSON file for each project; its `shots` are in
that file or in separate files (see `backend/project_api.py` and `backend/shot_api.py`). Data for which this
program has no field is reported as lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, Damaged, NotFound
from milimo_tui.core.format import format_count
from milimo_tui.core.host import explain_os_error
from milimo_tui.core.ids import new_id
from milimo_tui.core.order_keys import create_spread_keys
from milimo_tui.core.time import seconds_to_frames
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.cut.follow import assembly
from milimo_tui.cut.values import new_cuts
from milimo_tui.store.replaced_systems.foreign_film import ArrivedFilm, MediaFinder
from milimo_tui.story.values.film import AssetKind, Element, ElementKind, Project, Scene, Shot, Status, Take
from milimo_tui.story.values.shot_words import Function, Movement, Size

SOURCE = "StoryCore-Engine"
LARGEST = 64 << 20  # the largest accepted size in bytes of a project file; a larger file is refused
SIDES = {"16:9": (1280, 720), "9:16": (720, 1280), "1:1": (960, 960), "21:9": (1472, 640)}
FOLDERS = ("", "assets", "assets/images", "assets/videos", "assets/audio")
_KINDS = (
    ("characters", ElementKind.CHARACTER),
    ("worlds", ElementKind.LOCATION),
    ("locations", ElementKind.LOCATION),
    ("objects", ElementKind.OBJECT),
)
_TYPES: Mapping[str, Mapping[str, Any]] = {
    "establishing": {"size": Size.WS, "function": Function.ESTABLISHING},
    "wide": {"size": Size.WS},
    "closeup": {"size": Size.CU},
}
_STATUSES = {"in_progress": Status.IN_PROGRESS, "completed": Status.COMPLETED, "archived": Status.ARCHIVED}
Row = Mapping[str, Any]


def read_storycore_film(path: Path) -> ArrivedFilm:
    """Return the film of a StoryCore-Engine project. `path` is its folder or its JSON file.

    Raises NotFound, BadInput if the path is not a project, Damaged if the project cannot be read.
    """
    file = _find_storycore_project_file(path)
    reading = _StoryCoreReader(file.parent, _read_storycore_json(file), MediaFinder(file.parent))
    return reading.build_film()


def _find_storycore_project_file(path: Path) -> Path:
    if not path.exists():
        raise NotFound(f"there is nothing at {path}")
    wanted = [path] if path.is_file() else [path / "project.json"]
    for file in wanted:
        if file.is_file():
            found = _read_storycore_json(file)
            if "project_id" in found or ("name" in found and {"fps", "resolution_width"} & found.keys()):
                return file
            raise BadInput(f"{file} is not a film of {SOURCE}")
    raise BadInput(f"{path} has no film of {SOURCE} in it", "name the folder of one film")


def _read_storycore_json(path: Path) -> dict[str, Any]:
    """Return the JSON object in a file of the project. Raises Damaged."""
    try:
        if path.stat().st_size > LARGEST:
            raise Damaged(f"{path} is too large for a film of {SOURCE}")
        found = parse_untrusted_json(path.read_bytes())
    except OSError as error:
        raise explain_os_error(error, path, "read") from error
    except ValueError as error:
        raise Damaged(f"{path} is not valid JSON") from error
    if not isinstance(found, dict):
        raise Damaged(f"{path} has no film")
    return found


@dataclass(slots=True)
class _StoryCoreReader:
    """A reader of one StoryCore-Engine project."""

    folder: Path
    project: Row
    media: MediaFinder

    def build_film(self) -> ArrivedFilm:
        """Return the project as a film to import."""
        rows = self._list_shot_rows()
        lost: list[str] = []
        film = self._build_project()
        elements = tuple(self._iterate_elements())
        names = {
            str(row.get("id") or ""): str(row.get("name") or "") for _, row in self._iterate_element_rows()
        }
        scene_ids = list(dict.fromkeys(_get_scene_id(row) for row in rows)) or [""]
        headings = self._map_scene_headings()
        scenes = tuple(
            Scene(
                id=new_id("scene"),
                order=key,
                number=str(at),
                heading=headings.get(id, id.replace("_", " ").upper() or "SEQUENCE 1"),
            )
            for at, (id, key) in enumerate(zip(scene_ids, create_spread_keys(len(scene_ids)), strict=True), 1)
        )
        by_id = {id: scene.id for id, scene in zip(scene_ids, scenes, strict=True)}
        shots, takes, boards = [], [], []
        for row, order in zip(rows, create_spread_keys(len(rows)), strict=True):
            shot = self._build_shot(row, by_id[_get_scene_id(row)], order, film, names)
            shots.append(shot)
            video = self.media.find_media(row.get("result_url"), AssetKind.VIDEO, within=FOLDERS)
            if video is not None:
                takes.append(
                    Take(
                        id=new_id("take"),
                        shot=shot.id,
                        asset=video.id,
                        job=f"storycore/{row.get('shot_id') or row.get('id')}",
                        engine=SOURCE,
                        seed=shot.seed,
                        frames=shot.frames,
                    )
                )
            picture = self.media.find_media(self._find_panel_path(row), AssetKind.PICTURE, within=FOLDERS)
            if picture is not None:
                boards.append((shot.id, picture.id))
        unknown_types = {_normalize_text(row.get("type")) for row in rows} - {""} - _TYPES.keys()
        if unknown_types:
            lost.append(f"shot types that do not describe a framing: {', '.join(sorted(unknown_types))}")
        made = sum(row.get("status") == "completed" and not row.get("result_url") for row in rows)
        if made:
            lost.append(f"{format_count(made, 'shot')} marked as completed, without a file")
        if sequences := self.project.get("sequences"):
            lost.append(f"{format_count(len(sequences), 'sequence')}: all planned jobs had the same prompt")
        cut = new_cuts.create_cut(
            "main",
            rate=film.rate,
            width=film.width,
            height=film.height,
            sample_rate=film.sample_rate,
            new_id=new_id,
        )
        cut = assembly.assemble_shots(cut, [(shot.id, shot.frames) for shot in shots], new_id, rate=film.rate)
        return ArrivedFilm(
            project=film,
            scenes=scenes if rows else (),
            shots=tuple(shots),
            elements=elements,
            assets=self.media.list_assets(),
            takes=tuple(takes),
            boards=tuple(boards),
            cut=cut,
            missing=tuple(self.media.missing),
            lost=tuple(lost),
            source=SOURCE,
        )

    def _build_project(self) -> Project:
        project, config = self.project, self._get_section("config")
        anchors = self._get_section("coherence_anchors")
        width, height = _choose_raster(project, config)
        metadata = self._get_section("metadata")
        style = anchors.get("style_anchor_id") or metadata.get("style") or ""
        return Project(
            id=new_id("project"),
            name=_normalize_text(project.get("name") or project.get("project_name")) or self.folder.name,
            rate=Fraction(_read_bounded_number(project.get("fps"), 1, 120, 24)).limit_denominator(1001),
            width=width,
            height=height,
            seed=int(_read_bounded_number(config.get("global_seed"), 0, 2**32 - 1, 42)),
            style=_normalize_text(style).replace("_", " "),
            script=self._read_prose_story(),
            script_name="story.md" if self._read_prose_story() else "",
            status=_STATUSES.get(_normalize_text(project.get("status")), Status.DRAFT),
            tags=tuple(filter(None, map(_normalize_text, _list_or_empty(project.get("tags"))))),
            description=_normalize_text(project.get("description")),
        )

    def _get_section(self, name: str) -> Row:
        found = self.project.get(name)
        return found if isinstance(found, dict) else {}

    def _read_prose_story(self) -> str:
        """Return the project's story in prose. The result is empty if there is none or its template was never
        filled in.
        """
        path = self.folder / "story.md"
        try:
            text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        except OSError as error:
            raise explain_os_error(error, path, "read") from error
        return "" if "[Your story content begins here" in text else text

    def _list_shot_rows(self) -> list[Row]:
        """Return the shots in film order as JSON objects, from the storyboard, the project file, or separate
        files.
        """
        board = self.folder / "storyboard.json"
        listed = (
            _list_or_empty(_read_storycore_json(board).get("shots"))
            if board.is_file()
            else _list_or_empty(self.project.get("shots"))
        )
        rows = []
        for each in listed:
            if isinstance(each, str) and re.fullmatch(r"[\w.-]+", each):
                places = (self.folder / "shots", self.folder.parent / "shots")
                file = next((at / f"{each}.json" for at in places if (at / f"{each}.json").is_file()), None)
                if file is None:
                    self.media.missing.append(f"shot {each}")
                    continue
                each = _read_storycore_json(file)
            if isinstance(each, dict):
                rows.append(each)
        ranks = {
            id(row): _read_bounded_number(row.get("shot_number", row.get("order_index")), 0, 10**9, 10**9)
            for row in rows
        }
        scenes = list(dict.fromkeys(_get_scene_id(row) for row in rows))
        return sorted(rows, key=lambda row: (scenes.index(_get_scene_id(row)), ranks[id(row)]))

    def _map_scene_headings(self) -> dict[str, str]:
        """Return the names of sequences and scenes by their ids."""
        listed = (*_list_or_empty(self.project.get("scenes")), *_list_or_empty(self.project.get("sequences")))
        rows = [row for row in listed if isinstance(row, dict)]
        return {
            str(row.get("id") or row.get("scene_id") or ""): _normalize_text(
                row.get("name") or row.get("title")
            )
            or "SCENE"
            for row in rows
        }

    def _iterate_element_rows(self) -> Iterator[tuple[ElementKind, Row]]:
        for name, kind in _KINDS:
            for row in _list_or_empty(self.project.get(name)):
                if isinstance(row, dict) and _normalize_text(row.get("name")):
                    yield kind, row

    def _iterate_elements(self) -> Iterator[Element]:
        taken: set[str] = set()
        for kind, row in self._iterate_element_rows():
            name = _normalize_text(row["name"])
            plain = "@" + "".join(name.split())
            trigger, number = plain, 2
            while trigger.casefold() in taken:
                trigger, number = f"{plain}{number}", number + 1
            taken.add(trigger.casefold())
            looks = row.get("appearance") or row.get("visual_identity") or row.get("description") or ""
            image = row.get("image_url") or row.get("image") or row.get("reference_image")
            picture = self.media.find_media(image, AssetKind.PICTURE, within=FOLDERS)
            is_person = kind is ElementKind.CHARACTER
            yield Element(
                id=new_id("element"),
                kind=kind,
                name=name,
                trigger=trigger,
                description=_join_texts(looks),
                references=(picture.id,) if picture else (),
                role=_join_texts(row.get("role")) if is_person else "",
                traits=tuple(filter(None, map(_join_texts, _list_or_empty(row.get("traits")))))
                if is_person
                else (),
                arc=_join_texts(row.get("arc")) if is_person else "",
                speech=_join_texts(row.get("voice")) if is_person else "",
                layers=()
                if kind is not ElementKind.LOCATION
                else tuple(
                    (layer, _join_texts(row[field]))
                    for field, layer in (("significance", "reputation"), ("atmosphere", "detail"))
                    if _join_texts(row.get(field))
                ),
            )

    def _build_shot(self, row: Row, scene: str, order: str, film: Project, names: Mapping[str, str]) -> Shot:
        modules = row.get("prompt_modules")
        modules = modules if isinstance(modules, dict) else {}
        words = [
            _join_texts(modules.get(name)) for name in ("subject", "camera", "lighting", "color", "style")
        ]
        own = ", ".join(filter(None, words)) or _join_texts(row.get("prompt"))
        action = (
            _join_texts(row.get("description")) or _join_texts(row.get("title") or row.get("name")) or own
        )
        seconds = _read_bounded_number(row.get("duration_seconds", row.get("duration")), 0.04, 3600, 5)
        framing = dict(_TYPES.get(_normalize_text(row.get("type")), {}))
        for field, kind in (("size", Size), ("movement", Movement)):
            for words_of in (_join_texts(row.get(field)), _join_texts(row.get(f"camera_{field}"))):
                if words_of and (found := _parse_size_or_movement(kind, words_of)) is not None:
                    framing[field] = found
        people = tuple(
            name for id in _list_or_empty(row.get("character_ids")) if (name := names.get(str(id), ""))
        )
        return Shot(
            id=new_id("shot"),
            scene=scene,
            order=order,
            action=action,
            characters=people,
            frames=max(1, seconds_to_frames(Fraction(seconds).limit_denominator(10_000), film.rate)),
            prompt=own if own and own != action else None,
            seed=film.seed,
            **framing,
        )

    def _find_panel_path(self, row: Row) -> object:
        """Return the path of a shot's picture: the panel that the asset manifest assigns to the shot, or else
        the shot's thumbnail.
        """
        manifest = self._get_section("asset_manifest")
        panels = [each for each in _list_or_empty(manifest.get("panels")) if isinstance(each, dict)]
        given = manifest.get("panel_to_shot_map")
        shot = row.get("shot_id") or row.get("id")
        for panel in panels:
            if isinstance(given, dict) and shot and given.get(str(panel.get("asset_id"))) == shot:
                return panel.get("path")
        return row.get("thumbnail_url")


def _get_scene_id(row: Row) -> str:
    return str(row.get("scene_id") or row.get("sequence_id") or "")


def _parse_size_or_movement(kind: type[Size] | type[Movement], words: str) -> Size | Movement | None:
    try:
        return kind(words)
    except ValueError:
        return None


def _choose_raster(row: Row, config: Row) -> tuple[int, int]:
    """Return the film's width and height in pixels, as even numbers. `row` is the project's JSON object and
    `config` its configuration.

    A size in pixels is preferred. The aspect ratio is only used if there is none, because StoryCore-Engine
    itself ignored the ratio.
    """
    found = re.fullmatch(r"\s*(\d{2,5})\s*[x×]\s*(\d{2,5})\s*", str(config.get("target_resolution") or ""))
    sides = (
        (int(found[1]), int(found[2]))
        if found
        else (row.get("resolution_width"), row.get("resolution_height"))
    )
    width, height = sides
    if (
        isinstance(width, int)
        and isinstance(height, int)
        and all(64 <= side <= 8192 for side in (width, height))
    ):
        return width // 2 * 2, height // 2 * 2
    return SIDES.get(str(config.get("target_aspect_ratio") or ""), (1280, 720))


def _read_bounded_number(value: object, least: float, most: float, usual: float) -> float:
    """Return `value` if it is a number from `least` to `most`, else `usual`."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        return usual
    return value


def _list_or_empty(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _normalize_text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _join_texts(value: object) -> str:
    """Return the text of a JSON field. The texts inside an object or a list are joined by commas."""
    if isinstance(value, dict):
        return ", ".join(filter(None, map(_join_texts, value.values())))
    if isinstance(value, list):
        return ", ".join(filter(None, map(_join_texts, value)))
    return _normalize_text(value)

"""Film templates: named settings that a new film starts with. Some are built in, and the user can save more
in the home.

Each template of the user is a JSON file in the folder `templates` of the home. The files are validated like
any external data.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from milimo_tui.core.errors import BadInput, Damaged, NotFound
from milimo_tui.core.host import explain_os_error, write_file_atomically
from milimo_tui.core.ids import make_slug
from milimo_tui.core.paths import Home
from milimo_tui.core.spelling import find_closest_names
from milimo_tui.core.time import format_ratio, parse_rate
from milimo_tui.story.values.film import Project
from milimo_tui.story.values.making import LoraUse
from milimo_tui.story.values.shot_words import Coverage
from milimo_tui.studio.project.film_formats import find_film_format

TEMPLATE_SUFFIX = ".json"


class Template(BaseModel):
    """The settings that a new film starts with. Width and height are in pixels, `rate` in frames per second.

    An empty `engine` stands for the engine in the user's settings.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=100)
    about: str = ""
    width: int = Field(ge=64, le=8192, multiple_of=2)
    height: int = Field(ge=64, le=8192, multiple_of=2)
    rate: str
    style: str = ""
    negative: str = ""
    engine: str = ""
    coverage: Coverage = Coverage.INHERITED
    tags: tuple[str, ...] = ()
    prompt_parts: tuple[tuple[str, str], ...] = ()
    loras: tuple[tuple[str, float, str, str], ...] = ()

    def to_film_fields(self) -> dict[str, Any]:
        """Return the fields of a film that the template sets."""
        given = {
            "width": self.width, "height": self.height, "rate": parse_rate(self.rate), "style": self.style,
            "negative": self.negative, "coverage": self.coverage, "tags": self.tags,
            "prompt_parts": self.prompt_parts, "loras": tuple(LoraUse(*lora) for lora in self.loras),
        }  # fmt: skip
        return given | ({"engine": self.engine} if self.engine else {})


def _template_from_format(name: str, format: str, about: str, **more: Any) -> Template:
    shape = find_film_format(format)
    return Template(
        name=name, about=about, width=shape.sides[0], height=shape.sides[1], rate=shape.rate, **more
    )


BUILT_IN = (
    _template_from_format(
        "short", "cinema", "a short film for a cinema",
        style="35mm film, natural light.", coverage=Coverage.CLASSICAL, tags=("short",),
    ),
    _template_from_format(
        "documentary", "wide", "a documentary with a handheld camera",
        style="Documentary footage, available light.", coverage=Coverage.HANDHELD, tags=("documentary",),
    ),
    _template_from_format(
        "commercial", "wide", "a short commercial",
        style="Glossy commercial photography, soft key light.", coverage=Coverage.MONTAGE,
        tags=("commercial",),
    ),
    _template_from_format(
        "reel", "upright", "a minute for phones",
        style="Bright, clear, close.", coverage=Coverage.HANDHELD, tags=("reel",),
    ),
    _template_from_format(
        "post", "square", "a square clip for a post",
        style="Simple ground, one subject.", coverage=Coverage.STATIC, tags=("post",),
    ),
)  # fmt: skip


def list_templates(home: Home) -> tuple[Template, ...]:
    """Return the built-in templates and the user's templates. A user's template replaces a built-in one of
    the same name.

    Raises Damaged.
    """
    own = {template.name: template for template in map(_read_template, _list_template_files(home))}
    return (*(each for each in BUILT_IN if each.name not in own), *own.values())


def find_template(home: Home, name: str) -> Template:
    """Return a template by its name. Raises NotFound with similar names, Damaged."""
    every = list_templates(home)
    found = next((each for each in every if each.name == name), None)
    if found is None:
        near = find_closest_names(name, [each.name for each in every])
        hint = "milimo project template list lists the templates"
        raise NotFound(f"there is no template “{name}”", f"similar names: {near}; {hint}" if near else hint)
    return found


def save_template(home: Home, name: str, about: str, project: Project) -> Template:
    """Save the settings of a film as a template, replacing a template of the same name."""
    template = Template(
        name=name,
        about=about,
        width=project.width,
        height=project.height,
        rate=format_ratio(project.rate),
        style=project.style,
        negative=project.negative,
        engine=project.engine,
        coverage=project.coverage,
        tags=project.tags,
        prompt_parts=project.prompt_parts,
        loras=tuple((lora.id, lora.strength, lora.digest, lora.family) for lora in project.loras),
    )
    home.templates.mkdir(parents=True, exist_ok=True)
    write_file_atomically(_get_template_path(home, name), template.model_dump_json(indent=1).encode())
    return template


def delete_template(home: Home, name: str) -> None:
    """Delete a template of the user. Raises NotFound, BadInput for a built-in template."""
    find_template(home, name)
    path = _get_template_path(home, name)
    if not path.is_file():
        raise BadInput(
            f"the template {name} is part of the studio and can't be deleted",
            "delete only templates of your own; milimo project template list lists them",
        )
    try:
        path.unlink()
    except OSError as error:
        raise explain_os_error(error, path, "delete") from error


def _get_template_path(home: Home, name: str) -> Path:
    return home.templates / f"{make_slug(name)}{TEMPLATE_SUFFIX}"


def _list_template_files(home: Home) -> list[Path]:
    return sorted(home.templates.glob(f"*{TEMPLATE_SUFFIX}"))


def _read_template(path: Path) -> Template:
    try:
        found = Template.model_validate(json.loads(path.read_text(encoding="utf-8")))
        parse_rate(found.rate)
    except OSError as error:
        raise explain_os_error(error, path, "read") from error
    except (ValueError, ValidationError, BadInput) as error:
        raise Damaged(
            f"the template {path} can't be read", "delete the file, or save the template again"
        ) from error
    return found

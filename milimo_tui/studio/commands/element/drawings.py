"""Commands that let a picture model draw elements (characters, places, objects). The prompt comes from a
template for the kind of element. Each film may have its own templates.
"""

from __future__ import annotations

from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.spec_values import Lora
from milimo_tui.story.elements.picture_prompt import (
    TEMPLATES,
    check_template,
    compose_element_prompt,
    find_elements_in_text,
)
from milimo_tui.story.values.film import Element, ElementKind
from milimo_tui.studio.commands.element.lookup import find_element
from milimo_tui.studio.pictures import picture_jobs, picture_spec
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.weights import readiness


class ElementDrawArgs(Args):
    HEADINGS = (
        "Picture: id words template references width height count",
        "Model: model seed steps guidance",
        "Queue: dry_run detach",
    )

    id: str = arg(description="an element (id, trigger or name)")
    words: str = arg("", description="words instead of its description; @names add other elements")
    template: str = arg("", description="a prompt with {name} and {description}, for this drawing only")
    references: tuple[str, ...] = arg((), description="up to 4 reference pictures, in order")
    width: int | None = arg(None, ge=16, le=8192, description="width in pixels (default: 1024)")
    height: int | None = arg(None, ge=16, le=8192, description="height in pixels (default: 1024)")
    count: int = arg(1, ge=1, le=64, description="number of pictures to choose from; the first is used")
    seed: int | None = arg(
        None, ge=0, le=2**32 - 1, description="the seed (default: the element's, or a new one)"
    )
    steps: int | None = arg(
        None, ge=1, le=1000, description="denoising steps (default: what the model's authors recommend)"
    )
    guidance: float | None = arg(None, ge=0, le=100, description="guidance scale; only base weights use it")
    model: str = arg("", description="id of weights (default: the selected ones)")
    dry_run: bool = arg(False, description="only show what would be sent")
    detach: bool = arg(False, description="queue the work and return at once")


def _draw_element(studio: Studio, args: ElementDrawArgs) -> Outcome:
    element = find_element(studio, args.id)
    spec = _build_element_picture_spec(studio, element, args)
    if args.dry_run:
        return Outcome(data={"spec": spec.model_dump(mode="json")}, text=spec.prompt)
    picture_spec.check_picture_weights(
        studio,
        readiness.require_runnable_weights(studio, picture_spec.PICTURE_ENGINE, args.model),
        spec.loras,
    )
    label = f"{element.trigger} drawn"
    request = picture_jobs.make_picture_job_request(studio, spec, label)
    return picture_jobs.run_picture_jobs(studio, [request], detach=args.detach, message=label)


def _build_element_picture_spec(studio: Studio, element: Element, args: ElementDrawArgs) -> MakePicture:
    """Build the spec of an element's picture.

    Pictures of other elements that the description mentions are used as references. The element's own
    pictures are used only if the arguments name them.
    """
    elements = studio.take_snapshot().story.elements
    if not (args.words.strip() or element.description.strip() or args.template):
        raise BadInput(
            f"{element.name} has no description",
            f"milimo element set {element.trigger} --description “…”, or describe it here with --words",
        )
    description = args.words or element.description
    others = [one for one in find_elements_in_text(description, elements) if one.id != element.id]
    references = picture_spec.collect_references(studio, args.references, others)
    template = check_template(args.template) if args.template else get_drawing_template(studio, element.kind)
    width, height = picture_spec.choose_picture_size(
        args.width or picture_spec.SIDE, args.height or picture_spec.SIDE, "", references, film=None
    )
    seed = args.seed if args.seed is not None else element.seed
    uses = (use for use in element.loras if use.family in ("", picture_spec.PICTURE_ENGINE))
    return MakePicture(
        engine=picture_spec.PICTURE_ENGINE,
        prompt=compose_element_prompt(element, elements, template, args.words),
        width=width,
        height=height,
        seed=shot_spec.draw_random_seed() if seed is None else seed,
        steps=args.steps,
        guidance=args.guidance,
        loras=tuple(Lora(id=use.id, strength=use.strength, digest=use.digest) for use in uses),
        model=args.model,
        references=tuple(str(one.path) for one in references),
        count=args.count,
        element=element.id,
    )


class TemplateArgs(Args):
    kind: ElementKind | None = arg(None, description="character, location or object")
    text: str | None = arg(None, description="the prompt, with {name} and {description}; empty: the default")


def _set_drawing_template(studio: Studio, args: TemplateArgs) -> Outcome:
    if args.kind is not None and args.text is not None:
        text = check_template(args.text.strip()) if args.text.strip() else ""
        studio.require_project().ui.set(_template_setting_key(args.kind), text)
    kinds = [args.kind] if args.kind else list(ElementKind)
    rows: list[dict[str, Any]] = [
        {
            "id": kind.value,
            "text": get_drawing_template(studio, kind),
            "own": get_drawing_template(studio, kind) != TEMPLATES[kind],
        }
        for kind in kinds
    ]
    return Outcome(data=rows, columns=("id", "own", "text"))


def get_drawing_template(studio: Studio, kind: ElementKind) -> str:
    """Return the film's own prompt template for a kind of element, or the default template."""
    return str(studio.require_project().ui.get(_template_setting_key(kind), "")) or TEMPLATES[kind]


def _template_setting_key(kind: ElementKind) -> str:
    return f"template.{kind.value}"


DRAW = (
    Command(
        "element.draw",
        "Draw element",
        "draw a reference picture of an element",
        _draw_element,
        ElementDrawArgs,
        refuse_without_film,
        cli="element draw",
        positional=("id",),
    ),
    Command(
        "element.template",
        "List templates",
        "show or change the prompt templates for drawings of elements",
        _set_drawing_template,
        TemplateArgs,
        refuse_without_film,
        cli="element template",
        positional=("kind", "text"),
    ),
)

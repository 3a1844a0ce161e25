"""What the call of a pipeline of diffusers takes, read from its class as it lies in the package: nothing is
imported, so that a studio may ask.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from milimo_tui.core.errors import Unavailable

# Which parameter takes what a shot says: of each, the first that a call has.
TAKEN: Mapping[str, tuple[str, ...]] = {
    "prompt": ("prompt",),
    "negative": ("negative_prompt",),
    "width": ("width",),
    "height": ("height",),
    "frames": ("num_frames", "video_length"),
    "rate": ("frame_rate", "fps"),
    "steps": ("num_inference_steps",),
    "guidance": ("guidance_scale", "true_cfg_scale"),
    "first": ("image", "images", "reference_image"),
    "last": ("last_image", "end_image"),
    "dice": ("generator",),
    "form": ("output_type",),
}
# Parameters that are the studio's own: how a call is followed, and how many it makes at once.
OWN = frozenset(
    {
        "return_dict", "callback", "callback_steps", "callback_on_step_end", "output",
        "callback_on_step_end_tensor_inputs", "num_images_per_prompt", "num_videos_per_prompt", "batch_size",
    }
)  # fmt: skip
LORAS = "LoraLoaderMixin"  # how classes end that give a pipeline `load_lora_weights`
FORETOLD = "noise_pred"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One of a call: `kind` is its annotation as it is written, `default` its value where that is plain.

    `is_needed`: it has no default.
    """

    name: str
    kind: str
    default: object
    is_needed: bool


@dataclass(frozen=True, slots=True)
class PipelineCall:
    """What a class of pipelines is called with, in order; `swaps`: it knows in which order its parts work, so
    that one can make room for the next. `wears_loras`: it can load them; `foretells`: its loop calls the
    velocity that its steps go by `noise_pred`, which its callback can have.
    """

    name: str
    parameters: tuple[Parameter, ...]
    swaps: bool
    wears_loras: bool = False
    foretells: bool = False

    def get(self, name: str) -> Parameter | None:
        """The parameter of that name."""
        return next((one for one in self.parameters if one.name == name), None)

    def taking(self, what: str) -> Parameter | None:
        """The parameter that takes what a shot says by that word of `TAKEN`; None: the call has none."""
        return next((one for name in TAKEN[what] if (one := self.get(name))), None)

    @property
    def makes_clips(self) -> bool:
        """Whether it makes clips; else pictures."""
        return self.taking("frames") is not None

    @property
    def makes_pictures(self) -> bool:
        """Whether it makes pictures."""
        return not self.makes_clips and any(self.get(name) for name in ("height", "num_images_per_prompt"))

    @property
    def options(self) -> tuple[Parameter, ...]:
        """Those that a person may set by name: with a plain default, and nothing of the studio's own."""
        taken = {name for names in TAKEN.values() for name in names} | OWN
        return tuple(
            one
            for one in self.parameters
            if one.name not in taken and not one.is_needed and not _is_made(one.kind)
        )


@cache
def call_of(name: str) -> PipelineCall | None:
    """The call of that class of pipelines; None for one that diffusers does not have.

    Raises Unavailable where diffusers is not installed.
    """
    if not is_known(name):
        return None
    found = list(_lineage(name))
    call = next((one for each in found for one in each.body if _is(one, "__call__")), None)
    if not isinstance(call, ast.FunctionDef):
        return None
    swaps = any(_sets_order(one) for each in found for one in each.body)
    bases = {one.id for each in found for one in each.bases if isinstance(one, ast.Name)}
    wears = any(one.endswith(LORAS) for one in bases)
    foretells = _names_velocity(call) and not _turns_round(call)
    return PipelineCall(name, tuple(_parameters(call.args)), swaps, wears, foretells)


def _names_velocity(node: ast.AST) -> bool:
    return any(isinstance(one, ast.Name) and one.id == FORETOLD for one in ast.walk(node))


def _turns_round(call: ast.FunctionDef) -> bool:
    """Whether a step is made with the negative of what the model gave: that leads to more noise, not less."""
    return any(
        isinstance(one, ast.Call)
        and isinstance(one.func, ast.Attribute)
        and one.func.attr == "step"
        and any(isinstance(each, ast.UnaryOp) and _names_velocity(each) for each in one.args)
        for one in ast.walk(call)
    )


@cache
def is_known(name: str) -> bool:
    """Whether diffusers has a class of that name. Raises Unavailable where it is not installed."""
    return f'"{name}"' in (_package() / "__init__.py").read_text()


def has_module(name: str) -> bool:
    """Whether diffusers has pipelines of that name, whose own parts an index names so."""
    return name.isidentifier() and (_package() / "pipelines" / name).is_dir()


def _package() -> Path:
    """Where diffusers lies; it is not imported."""
    found = importlib.util.find_spec("diffusers")
    if found is None or found.origin is None:
        raise Unavailable("diffusers is not installed here", "milimo doctor tells how to add it")
    return Path(found.origin).parent


def _lineage(name: str) -> Iterator[ast.ClassDef]:
    """The class of that name and those it is made of, as far as they are pipelines."""
    source = next((path for path in _sources() if f"class {name}(" in path.read_text()), None)
    for one in ast.parse(source.read_text()).body if source else ():
        if isinstance(one, ast.ClassDef) and one.name == name:
            yield one
            for base in one.bases:
                if isinstance(base, ast.Name) and base.id.endswith("Pipeline") and is_known(base.id):
                    yield from _lineage(base.id)


def _sources() -> list[Path]:
    return sorted((_package() / "pipelines").rglob("pipeline*.py"))


def _is(node: ast.stmt, name: str) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name == name


def _sets_order(node: ast.stmt) -> bool:
    """Whether it says in which order parts work."""
    return isinstance(node, ast.Assign) and any(
        isinstance(one, ast.Name) and one.id == "model_cpu_offload_seq" for one in node.targets
    )


def _parameters(given: ast.arguments) -> Iterator[Parameter]:
    plain = [*given.posonlyargs, *given.args][1:]
    without = len(plain) - len(given.defaults)
    defaults: list[ast.expr | None] = [None] * without + list(given.defaults)
    for one, default in zip([*plain, *given.kwonlyargs], [*defaults, *given.kw_defaults], strict=True):
        kind = ast.unparse(one.annotation) if one.annotation else ""
        yield Parameter(one.arg, kind, _value(default), default is None)


def _value(node: ast.expr | None) -> object:
    """A default that is plain; None for any other."""
    try:
        return ast.literal_eval(node) if node is not None else None
    except ValueError:
        return None


def _is_made(kind: str) -> bool:
    """Whether a value of that annotation is nothing that a person types: numbers of a model, a function."""
    return any(word in kind for word in ("Tensor", "Callable", "Image", "ndarray", "Generator"))

"""Read the parameters of a diffusers pipeline's `__call__` method from its source file, without importing it.

The studio process can use this module, because it imports nothing that is slow to import.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from milimo_tui.core.errors import Unavailable

# Parameter names for each value of a shot. The first name that the call has is used.
PARAMETERS_FOR: Mapping[str, tuple[str, ...]] = {
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
# Parameters that the studio sets itself: progress callbacks, and the number of results for each call.
STUDIO_PARAMETERS = frozenset(
    {
        "return_dict", "callback", "callback_steps", "callback_on_step_end", "output",
        "callback_on_step_end_tensor_inputs", "num_images_per_prompt", "num_videos_per_prompt", "batch_size",
    }
)  # fmt: skip
LORAS = "LoraLoaderMixin"  # name suffix of the base classes that provide `load_lora_weights`
VELOCITY_NAME = "noise_pred"


@dataclass(frozen=True, slots=True)
class CallParameter:
    """A parameter of a pipeline's call.

    `kind` is its annotation in the source. `default` is its default value if that is a literal. `is_needed`
    is True for a parameter without a default.
    """

    name: str
    kind: str
    default: object
    is_needed: bool


@dataclass(frozen=True, slots=True)
class PipelineCall:
    """The call of a pipeline class, with its parameters in order.

    - `swaps` is True if the class declares the order in which its parts run. A part can then be removed from
      the GPU to make room for the next part.
    - `wears_loras` is True if the class can load LoRAs.
    - `foretells` is True if the step callback can receive the velocity that the model computes at each step.
      For this, the sampling loop must store the velocity in a variable called `noise_pred` and must not
      negate it.
    """

    name: str
    parameters: tuple[CallParameter, ...]
    swaps: bool
    wears_loras: bool = False
    foretells: bool = False

    def get(self, name: str) -> CallParameter | None:
        """Return the parameter called `name`, or None."""
        return next((one for one in self.parameters if one.name == name), None)

    def find_parameter_for(self, what: str) -> CallParameter | None:
        """Return the parameter for a value of a shot. `what` is a key of `PARAMETERS_FOR`. None if the call
        has no such parameter.
        """
        return next((one for name in PARAMETERS_FOR[what] if (one := self.get(name))), None)

    @property
    def makes_clips(self) -> bool:
        """True if the pipeline makes clips, not pictures."""
        return self.find_parameter_for("frames") is not None

    @property
    def makes_pictures(self) -> bool:
        """True if the pipeline makes pictures."""
        return not self.makes_clips and any(self.get(name) for name in ("height", "num_images_per_prompt"))

    @property
    def options(self) -> tuple[CallParameter, ...]:
        """The parameters that the user may set by name.

        These have a literal default and are not set by the studio.
        """
        taken = {name for names in PARAMETERS_FOR.values() for name in names} | STUDIO_PARAMETERS
        return tuple(
            one
            for one in self.parameters
            if one.name not in taken and not one.is_needed and not _is_computed_type(one.kind)
        )


@cache
def read_pipeline_call(name: str) -> PipelineCall | None:
    """Return the call of a pipeline class. None if diffusers has no such class, or if the class has no call
    of its own, such as a modular pipeline.

    Raises Unavailable if diffusers is not installed.
    """
    if not is_diffusers_class(name):
        return None
    found = list(_iterate_class_lineage(name))
    call = next((one for each in found for one in each.body if _defines_function(one, "__call__")), None)
    if not isinstance(call, ast.FunctionDef):
        return None
    swaps = any(_sets_offload_order(one) for each in found for one in each.body)
    bases = {one.id for each in found for one in each.bases if isinstance(one, ast.Name)}
    wears = any(one.endswith(LORAS) for one in bases)
    foretells = _names_velocity(call) and not _negates_velocity(call)
    return PipelineCall(name, tuple(_iterate_call_parameters(call.args)), swaps, wears, foretells)


def _names_velocity(node: ast.AST) -> bool:
    return any(isinstance(one, ast.Name) and one.id == VELOCITY_NAME for one in ast.walk(node))


def _negates_velocity(call: ast.FunctionDef) -> bool:
    """Return True if the call negates the model's output in its steps. The output then points towards more
    noise, not less.
    """
    return any(
        isinstance(one, ast.Call)
        and isinstance(one.func, ast.Attribute)
        and one.func.attr == "step"
        and any(isinstance(each, ast.UnaryOp) and _names_velocity(each) for each in one.args)
        for one in ast.walk(call)
    )


@cache
def is_diffusers_class(name: str) -> bool:
    """Return True if diffusers has a class with that name. Raises Unavailable if diffusers is not
    installed.
    """
    return f'"{name}"' in (_find_diffusers_folder() / "__init__.py").read_text()


def has_pipeline_module(name: str) -> bool:
    """Return True if diffusers has a package of that name among its pipelines.

    An index file uses such a name for parts that are defined in the pipeline's own package.
    """
    return name.isidentifier() and (_find_diffusers_folder() / "pipelines" / name).is_dir()


def _find_diffusers_folder() -> Path:
    """Return the folder of diffusers, without importing it. Raises Unavailable if diffusers is not
    installed.
    """
    found = importlib.util.find_spec("diffusers")
    if found is None or found.origin is None:
        raise Unavailable("diffusers is not installed here", "milimo doctor shows how to install it")
    return Path(found.origin).parent


def _iterate_class_lineage(name: str) -> Iterator[ast.ClassDef]:
    """Yield the definition of a pipeline class, then the definitions of its base classes. Base classes that
    are not pipelines are left out.
    """
    source = next((path for path in _list_pipeline_sources() if f"class {name}(" in path.read_text()), None)
    for one in ast.parse(source.read_text()).body if source else ():
        if isinstance(one, ast.ClassDef) and one.name == name:
            yield one
            for base in one.bases:
                if (
                    isinstance(base, ast.Name)
                    and base.id.endswith("Pipeline")
                    and is_diffusers_class(base.id)
                ):
                    yield from _iterate_class_lineage(base.id)


def _list_pipeline_sources() -> list[Path]:
    return sorted((_find_diffusers_folder() / "pipelines").rglob("pipeline*.py"))


def _defines_function(node: ast.stmt, name: str) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name == name


def _sets_offload_order(node: ast.stmt) -> bool:
    """Return True if a statement declares the order in which a pipeline's parts run."""
    return isinstance(node, ast.Assign) and any(
        isinstance(one, ast.Name) and one.id == "model_cpu_offload_seq" for one in node.targets
    )


def _iterate_call_parameters(given: ast.arguments) -> Iterator[CallParameter]:
    plain = [*given.posonlyargs, *given.args][1:]
    without = len(plain) - len(given.defaults)
    defaults: list[ast.expr | None] = [None] * without + list(given.defaults)
    for one, default in zip([*plain, *given.kwonlyargs], [*defaults, *given.kw_defaults], strict=True):
        kind = ast.unparse(one.annotation) if one.annotation else ""
        yield CallParameter(one.arg, kind, _evaluate_literal(default), default is None)


def _evaluate_literal(node: ast.expr | None) -> object:
    """Return the value of a default that is a literal. None for any other default."""
    try:
        return ast.literal_eval(node) if node is not None else None
    except ValueError:
        return None


def _is_computed_type(kind: str) -> bool:
    """Return True for an annotation of values that a person can't type: tensors, functions, pictures or
    generators.
    """
    return any(word in kind for word in ("Tensor", "Callable", "Image", "ndarray", "Generator"))

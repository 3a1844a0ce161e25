"""The diffusers pipelines of FLUX.2 with two changes: reference pictures are encoded only once, and
inpainting takes any number of references.

For workers only.
"""

from __future__ import annotations

from typing import Any

from diffusers import (
    Flux2KleinInpaintPipeline,
    Flux2KleinKVPipeline,
    Flux2KleinPipeline,
    Flux2Pipeline,
)

from milimo_tui.engines.flux2.variants import DEV, KLEIN_KV
from milimo_tui.engines.pictures.courses import WeightsVariant
from milimo_tui.engines.runtime.input_caches import get_input_cache, hash_tensor, key_of


class LatentCacheMixin:
    """A pipeline whose encoded pictures are cached: a picture that these weights encoded before is not
    encoded again.
    """

    weights: tuple[str, ...] = ()  # the cache key of the weights and their precision; empty: no caching

    def _encode_vae_image(self, image: Any, generator: Any) -> Any:
        """Return the normalised latents (1, 128, H/16, W/16) of a picture (1, 3, H, W) with values from -1 to
        1.
        """

        def encode() -> tuple[Any]:
            return (super(LatentCacheMixin, self)._encode_vae_image(image=image, generator=generator),)  # type: ignore[misc]

        if not self.weights:
            return encode()[0]
        key = key_of("latents", *self.weights, hash_tensor(image))
        return get_input_cache().get(key, encode, image.device)[0]


class Painter(LatentCacheMixin, Flux2KleinPipeline):  # type: ignore[misc]  # diffusers is untyped
    """The pipeline that makes pictures from words and references."""


class KeepingPainter(LatentCacheMixin, Flux2KleinKVPipeline):  # type: ignore[misc]
    """The pipeline of klein KV: keys and values of the references from the first step are reused in later
    steps.
    """

    def _set_kv_attn_processors(self) -> None:
        if self.transformer is not None:  # a pipeline that only encodes prompts has no transformer
            super()._set_kv_attn_processors()


class DevPainter(LatentCacheMixin, Flux2Pipeline):  # type: ignore[misc]
    """The pipeline of dev: a larger model, another text encoder, and guidance as an input of the model."""


def get_painter_class(variant: WeightsVariant) -> Any:
    """Return the pipeline class for weights of that variant. Its own base class is diffusers' pipeline."""
    return {KLEIN_KV: KeepingPainter, DEV: DevPainter}.get(variant, Painter)


class Inpainter(LatentCacheMixin, Flux2KleinInpaintPipeline):  # type: ignore[misc]
    """The inpainting pipeline with any number of references; the base class takes one `image_reference` of
    one size.
    """

    references: tuple[Any, ...] = ()  # PIL pictures

    def prepare_image_latents(
        self, images: list[Any], batch_size: int, generator: Any, device: Any, dtype: Any
    ) -> Any:
        """Return the latents of the picture itself, then those of each reference at its own size."""
        more = [self._prepare_reference(picture) for picture in self.references]
        return super().prepare_image_latents([*images, *more], batch_size, generator, device, dtype)

    def _prepare_reference(self, picture: Any) -> Any:
        """Prepare a reference as the text-to-picture pipeline does: at most one megapixel, cropped to
        complete tokens.
        """
        if picture.width * picture.height > 1024 * 1024:
            picture = self.image_processor._resize_to_target_area(picture, 1024 * 1024)
        unit = 2 * self.vae_scale_factor
        height, width = picture.height // unit * unit, picture.width // unit * unit
        return self.image_processor.preprocess(picture, height=height, width=width, resize_mode="crop")

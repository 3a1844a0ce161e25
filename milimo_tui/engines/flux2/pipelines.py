"""The diffusers pipelines of FLUX.2 with two changes: each reference picture is encoded only once, and
inpainting accepts any number of references.

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
    """A mixin for pipelines that caches the latents of encoded pictures. A picture that was encoded before by
    the same weights is not encoded again.
    """

    # Part of the cache key: the weights and their precision. Nothing is cached if this is empty.
    weights: tuple[str, ...] = ()

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
    """The pipeline that makes pictures from text and reference pictures, for the klein variants without a KV
    cache.
    """


class KeepingPainter(LatentCacheMixin, Flux2KleinKVPipeline):  # type: ignore[misc]
    """The pipeline of the variant klein KV, which computes attention keys and values of the references in the
    first step and reuses them in later steps.
    """

    def _set_kv_attn_processors(self) -> None:
        # A pipeline that only encodes prompts is constructed without a transformer
        if self.transformer is not None:
            super()._set_kv_attn_processors()


class DevPainter(LatentCacheMixin, Flux2Pipeline):  # type: ignore[misc]
    """The pipeline of the variant dev: a larger model with another text encoder, which takes the guidance
    scale as an input.
    """


def get_painter_class(variant: WeightsVariant) -> Any:
    """Return the pipeline class for weights of a variant. Each of these classes inherits from
    `LatentCacheMixin` first and from diffusers' own pipeline second.
    """
    return {KLEIN_KV: KeepingPainter, DEV: DevPainter}.get(variant, Painter)


class Inpainter(LatentCacheMixin, Flux2KleinInpaintPipeline):  # type: ignore[misc]
    """The inpainting pipeline with any number of reference pictures. The pipeline of diffusers accepts only
    one size of `image_reference`.
    """

    references: tuple[Any, ...] = ()  # reference pictures as PIL images

    def prepare_image_latents(
        self, images: list[Any], batch_size: int, generator: Any, device: Any, dtype: Any
    ) -> Any:
        """Return the latents of the picture to be inpainted, followed by those of each reference at the
        reference's own size.
        """
        more = [self._prepare_reference(picture) for picture in self.references]
        return super().prepare_image_latents([*images, *more], batch_size, generator, device, dtype)

    def _prepare_reference(self, picture: Any) -> Any:
        """Scale a reference as the text-to-picture pipeline does: to at most one megapixel, cropped to
        complete tokens.
        """
        if picture.width * picture.height > 1024 * 1024:
            picture = self.image_processor._resize_to_target_area(picture, 1024 * 1024)
        unit = 2 * self.vae_scale_factor
        height, width = picture.height // unit * unit, picture.width // unit * unit
        return self.image_processor.preprocess(picture, height=height, width=width, resize_mode="crop")

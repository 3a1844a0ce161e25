"""The pipelines of diffusers as they run here: what they look at is encoded once, and inpainting takes any
number of references. For workers alone.
"""

from __future__ import annotations

from typing import Any

from diffusers import (
    Flux2KleinInpaintPipeline,
    Flux2KleinKVPipeline,
    Flux2KleinPipeline,
    Flux2Pipeline,
)

from milimo_tui.engines.flux2.variants import DEV, KEEPING
from milimo_tui.engines.pictures.courses import Variant
from milimo_tui.engines.runtime.input_caches import content_of, key_of, remembered


class Remembering:
    """Latents of a picture that these weights have encoded before are not made again."""

    weights: tuple[str, ...] = ()  # which they are and in which form; of none nothing is remembered

    def _encode_vae_image(self, image: Any, generator: Any) -> Any:
        """(1, 3, H, W) from -1 to 1 to its normalised latents (1, 128, H/16, W/16)."""

        def encode() -> tuple[Any]:
            return (super(Remembering, self)._encode_vae_image(image=image, generator=generator),)  # type: ignore[misc]

        if not self.weights:
            return encode()[0]
        key = key_of("latents", *self.weights, content_of(image))
        return remembered().get(key, encode, image.device)[0]


class Painter(Remembering, Flux2KleinPipeline):  # type: ignore[misc]  # diffusers is untyped
    """Makes pictures from words and references."""


class KeepingPainter(Remembering, Flux2KleinKVPipeline):  # type: ignore[misc]
    """The same by klein KV: what references say at the first step is kept for those after it."""

    def _set_kv_attn_processors(self) -> None:
        if self.transformer is not None:  # one that reads prompts has none
            super()._set_kv_attn_processors()


class DevPainter(Remembering, Flux2Pipeline):  # type: ignore[misc]
    """The same by dev: a larger model, another text encoder, guidance as a number that it is told."""


def painter_of(variant: Variant) -> Any:
    """The class that makes pictures with weights of that kind; its own base is diffusers'."""
    return {KEEPING: KeepingPainter, DEV: DevPainter}.get(variant, Painter)


class Inpainter(Remembering, Flux2KleinInpaintPipeline):  # type: ignore[misc]
    """Takes one `image_reference` by itself, of one size; these are added to what it looks at."""

    references: tuple[Any, ...] = ()  # PIL pictures

    def prepare_image_latents(
        self, images: list[Any], batch_size: int, generator: Any, device: Any, dtype: Any
    ) -> Any:
        """The picture itself, then each reference at its own size."""
        more = [self._seen(picture) for picture in self.references]
        return super().prepare_image_latents([*images, *more], batch_size, generator, device, dtype)

    def _seen(self, picture: Any) -> Any:
        """As the text-to-picture pipeline prepares a reference: at most a megapixel, cut to whole tokens."""
        if picture.width * picture.height > 1024 * 1024:
            picture = self.image_processor._resize_to_target_area(picture, 1024 * 1024)
        unit = 2 * self.vae_scale_factor
        height, width = picture.height // unit * unit, picture.width // unit * unit
        return self.image_processor.preprocess(picture, height=height, width=width, resize_mode="crop")

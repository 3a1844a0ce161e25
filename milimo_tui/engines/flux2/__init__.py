"""The FLUX.2 engine: pictures from text and reference pictures, inpainting of pictures and clips, and
enlarged pictures.

`variants`, `one_frame`, `mask_regions`, `tiles` and `loras` import no torch, so any process may use them.
`engine` may be imported anywhere too. The modules that it calls import torch and run in workers only.
"""

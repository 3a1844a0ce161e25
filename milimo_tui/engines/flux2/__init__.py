"""FLUX.2 klein: pictures from words and references, inpainted parts of pictures, enlarged pictures.

`variants`, `one_frame`, `mask_regions`, `tiles` and `loras` are rules for every process. Modules that import
torch (`engine` and the modules it calls) are imported in workers only.
"""

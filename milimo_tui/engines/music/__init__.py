"""Make music, effects and ambience with pipelines of diffusers: Stable Audio 3, ACE-Step and
LongCat-AudioDiT.

Begin with `families`, which describes the models. `sampling` imports torch and is only imported in workers.
Allowed imports: `engines.runtime` and the packages below it.
"""

"""Wan 2.2: takes without sound, from text or from a first picture.

Begin with `kinds`, which lists the weights and what each of them can make. `lengths` converts between a
take's frames and the model's frames, `plan` turns a shot into a plan. `loader`, `passes`, `job` and
`reference_check` import torch and are only imported in workers.
"""

"""Make takes without sound with Wan 2.2, from text or from a first picture.

Begin with `kinds`, which lists the kinds of weights and the abilities of each. `lengths` converts between a
take's frames and the model's frames, and `plan` turns a spec into a plan. `loader`, `passes`, `job` and
`reference_check` import torch and are only imported in workers.
"""

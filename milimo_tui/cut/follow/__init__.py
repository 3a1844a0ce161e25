"""How a cut follows the film's shots: the first assembly, what an edited cut makes of shots that change, a
cut at another rate. Begin with `assembly`. Uses `cut.edit` and `cut.working`.
"""

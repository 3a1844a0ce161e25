"""The delivery of a plan: codecs, size, burn-ins, subtitles and segments. Begin with `delivery`. Uses
`cut.plan`.
"""

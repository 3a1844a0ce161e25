"""The specs: everything that an engine can be asked for, as values. One module for each subject, and their
union.

No torch. Uses only values from `cut`. Begin with `specs`, then `video_specs`.
"""

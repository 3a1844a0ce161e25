"""What engines can be asked for, as values: a module for each subject, and their union. No torch. Uses of
`cut` values alone. Begin with `specs`, then `video_specs`.
"""

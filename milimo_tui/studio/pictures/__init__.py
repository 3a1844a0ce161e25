"""Make pictures and masks with models: build their specs, run their jobs and remake them. Begin with
`picture_spec`.
"""

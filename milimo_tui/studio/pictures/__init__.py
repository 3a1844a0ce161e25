"""Pictures and masks by models: what is asked for, their jobs, the same again. Begin with
`picture_spec`.
"""

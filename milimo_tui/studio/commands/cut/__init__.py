"""Commands on cuts: each module holds the rows of its acts, `cut` joins them. Begin with
`current_cut`.
"""

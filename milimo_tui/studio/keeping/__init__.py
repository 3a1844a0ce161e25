"""Store, restore and delete films: the bin, archives, clean-up, deletion and recovery. Begin with
`film_bin`.
"""

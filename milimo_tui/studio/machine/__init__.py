"""This machine: installed and missing parts, its GPUs or which GPU to rent, notifications, and file transfer.

Independent of any film. Begin with `doctor`.
"""

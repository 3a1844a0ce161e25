"""Shared code of the engines that run models with torch. For workers only: the supervisor, the command line
and the screens must not import this package.
"""

import os

# cuBLAS adds numbers in a fixed order only if its workspaces have a fixed size (NVIDIA cuBLAS documentation,
# “Results Reproducibility”). The size must be set before cuBLAS is first used in a process, and the import of
# this package is early enough.
os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")

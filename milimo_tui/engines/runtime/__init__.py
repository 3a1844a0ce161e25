"""The shared code of engines that run models with torch. For workers only: the supervisor, the command line
and the screens import nothing from here.
"""

import os

# cuBLAS sums in a fixed order only with workspaces of a fixed size, which must be set before its first use in
# a process (NVIDIA cuBLAS documentation, “Results Reproducibility”). Importing this package is early enough.
os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")

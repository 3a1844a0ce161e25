"""The Weights screen: what is installed and missing, services and workflows. Begin with `models`."""

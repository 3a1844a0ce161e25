"""The Weights screen: installed and missing weights, services and workflows. Begin with `models`."""

"""Commands on the screenplay, scenes and the storyboard. Begin with `script`."""

"""What a study runs at each of its points."""

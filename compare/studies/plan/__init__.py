"""What is varied in a study, and the points that it makes."""

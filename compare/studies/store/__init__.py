"""The journal of a study's finished runs."""

"""The table of a study's runs, and what it says."""

"""The report on a circuit of one's own: what was read, found, and judged."""

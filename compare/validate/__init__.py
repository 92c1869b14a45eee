"""A circuit of one's own, or a bench's recording: what it is, and whether it is what was meant."""

"""From a twin to waveforms: the bench, the engine, and the reader of users' decks."""

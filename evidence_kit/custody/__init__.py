"""The custody log: an append-only hash chain."""

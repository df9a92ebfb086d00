"""Asking time-stamping authorities (RFC 3161) and judging their answers."""

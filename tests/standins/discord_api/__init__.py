"""A strict local Discord: REST v10 and gateway on one loopback port."""

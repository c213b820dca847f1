"""One refresh of one source: rows in, observations out, every row accounted for."""

"""Lai Châu, the demonstration site: configuration in TOML, facts in CSV, a generator of source databases."""

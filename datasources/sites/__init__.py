"""Sites: one folder a province, with its configuration and, for a demonstration, its source generator."""

"""Tables of alerts, their states and deliveries."""

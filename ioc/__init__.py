"""The domain of the operations centre: everything that is true whoever looks and wherever data come from."""

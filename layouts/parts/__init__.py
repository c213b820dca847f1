"""Parts of pages: each a function from numbers to components. Reads through a desk, decides nothing."""

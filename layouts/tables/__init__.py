"""Tables of the pages as exports: each out of the functions that its page reads, none of them in need of Dash."""

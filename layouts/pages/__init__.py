"""Pages, one file each: the frame of a page and the callbacks that fill it."""

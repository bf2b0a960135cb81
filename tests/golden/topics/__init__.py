"""One module per golden file; each has `write(folder)`, which returns the path it wrote."""

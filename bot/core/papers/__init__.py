"""Papers: what a link to one means, what is known of one, and what helps to read it. Pure rules."""

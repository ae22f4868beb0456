"""The bots that ours is measured against: small ones on the bare libraries, and the kit with nothing but an echo."""

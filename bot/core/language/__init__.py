"""How typed text is understood, from letters to meaning: `words` cleans and cuts, `lexicon`, `clues` and `markers` know
the words, `spans` and `lookup` find them, `roles` and `hearing` weigh what they say, `reading` is what comes out.

The doors for everyone else are in `bot.core.search`.
"""

"""The clock: what is due, who carries it, who may. A wing of its own that knows neither adapters nor cogs."""

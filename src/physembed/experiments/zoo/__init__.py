"""Which physics suits which data: media of all equations, and controls, at equal budgets."""
